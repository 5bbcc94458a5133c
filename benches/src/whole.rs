//! A bound connection to a host: the bytes of a request in, the bytes of its answer out.

use std::hint::black_box;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::kms::version::Version;
use kms_proto::rpc::stub::Ndr;
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

    /// The next machine asks; the bytes of the answer, empty where there is none.
    pub fn request(&mut self) -> &[u8] {
        self.out.clear();
        if let Some(asked) = self.asked.get(self.next) {
            self.session.receive(asked);
        }
        self.next = if self.next + 1 < self.asked.len() { self.next + 1 } else { 0 };
        // What a journal would be written from is made and looked at, as whoever serves would.
        let step = self.session.step(&mut self.host, NOON, &mut self.out);
        if matches!(black_box(&step), Step::Called { .. }) { &self.out } else { &[] }
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::VERSIONS;
    use crate::pdus::SYNTAXES;

    #[test]
    fn what_is_measured_is_a_granted_request_to_a_host_with_a_full_list() {
        for ((_, version), (_, ndr)) in VERSIONS.into_iter().zip(SYNTAXES.into_iter().cycle()) {
            let mut whole = Whole::new(version, ndr);
            let before = *whole.host().ledger();
            let length = whole.request().len();
            assert!(length > messages::answer(version).len(), "the answer has a frame");
            assert_eq!(whole.host().ledger().granted, before.granted + 1, "{version} {ndr}");
            let application = messages::request(version, 0).application_id;
            assert_eq!(whole.host().count(application, NOON), LISTED);
        }
    }
}
