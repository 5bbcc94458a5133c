//! A bound connection to a host: the bytes of a request in, the bytes of its answer out.

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::kms::version::Version;
use kms_proto::rpc::stub::Ndr;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::{Session, Step};

use crate::messages::{self, LISTED, NOON};
use crate::pdus;

/// The context every call is made in.
const CONTEXT: u16 = 0;

/// A host, one bound connection to it, and the requests of every machine in its list.
#[derive(Debug)]
pub struct Whole {
    host: Host,
    session: Session,
    asked: Vec<BytesMut>,
    next: usize,
    out: BytesMut,
}

impl Whole {
    /// A connection over which every machine has asked, so that nothing has to grow any more.
    pub fn new(version: Version, ndr: Ndr) -> Self {
        let mut host = messages::settled_host();
        let config = host.config();
        let mut session =
            Session::new(SessionConfig::default(), Draw::new(config.seed), 1, config.port);
        let mut out = BytesMut::with_capacity(1024);
        session.receive(&pdus::bind_pdu(ndr, CONTEXT));
        let _bound = session.step(&mut host, NOON, &mut out);
        let asked = (0..LISTED)
            .map(|number| pdus::request_pdu(&messages::sealed(version, number), ndr, CONTEXT, 2))
            .collect();
        let mut whole = Self { host, session, asked, next: 0, out };
        for _ in 0..LISTED {
            whole.request();
        }
        whole
    }

    /// The next machine asks; what became of it, and the bytes of the answer.
    pub fn request(&mut self) -> (Option<Exchange>, &[u8]) {
        self.out.clear();
        if let Some(asked) = self.asked.get(self.next) {
            self.session.receive(asked);
        }
        self.next = if self.next + 1 < self.asked.len() { self.next + 1 } else { 0 };
        match self.session.step(&mut self.host, NOON, &mut self.out) {
            Step::Called { outcome, .. } => (Some(outcome), &self.out),
            Step::Idle | Step::Sent(_) | Step::Close(_) => (None, &self.out),
        }
    }
}

#[cfg(test)]
mod tests {
    use kms_sim::decision::Decision;

    use super::*;
    use crate::messages::VERSIONS;
    use crate::pdus::SYNTAXES;

    #[test]
    fn what_is_measured_is_a_granted_request() {
        for ((_, version), (_, ndr)) in VERSIONS.into_iter().zip(SYNTAXES.into_iter().cycle()) {
            let mut whole = Whole::new(version, ndr);
            for _ in 0..3 {
                let (exchange, bytes) = whole.request();
                let length = bytes.len();
                let exchange = exchange.unwrap();
                assert_eq!(exchange.decision, Decision::Granted, "{version}");
                assert_eq!(exchange.counters.count, LISTED, "the list is full");
                assert!(length > exchange.bytes.answered, "the answer has a frame");
            }
        }
    }
}
