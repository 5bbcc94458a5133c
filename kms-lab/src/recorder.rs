//! The server's observer that keeps the journal.

use std::net::SocketAddr;
use std::sync::Arc;

use client_sim::clock::applied::Applied;
use kms_sim::exchange::Exchange;
use kms_sim::fault::notes::Notes;
use kms_sim::net::observer::{Ended, Observer};
use kms_sim::session::Remark;
use serde::Serialize;

use crate::clock::{Stopwatch, true_now};
use crate::host_clock::HostClock;
use crate::journal::Journal;
use crate::journal::line::{ClockFault, ExchangeLine, FaultNotes, Head, Operated};

/// Writes what happens at a server's door into a journal.
#[derive(Clone, Debug)]
pub struct Recorder {
    journal: Option<Arc<Journal>>,
    clock: Arc<HostClock>,
    watch: Stopwatch,
}

/// A connection that was opened.
#[derive(Serialize)]
struct Opened {
    conn: u64,
    peer: String,
}

/// Something that is no judged call and was bent; connection 0 is the listening socket.
#[derive(Serialize)]
struct Bent<'a> {
    conn: u64,
    #[serde(flatten)]
    notes: FaultNotes<'a>,
}

/// A call refused in RPC, or bytes ignored.
#[derive(Serialize)]
struct Remarked {
    conn: u64,
    what: String,
}

/// A connection that ended.
#[derive(Serialize)]
struct Closed {
    conn: u64,
    why: String,
}

impl Recorder {
    /// A recorder into `journal`, if there is one, for a host that reads `clock`.
    pub fn new(journal: Option<Arc<Journal>>, clock: Arc<HostClock>, watch: Stopwatch) -> Self {
        Self { journal, clock, watch }
    }

    /// Tells of an operation of a rule on the host's clock.
    pub fn turned(&self, id: &str, op: &str, applied: &Applied) {
        self.write("clock", &Operated::new(id, op, applied));
    }

    /// Writes one line of the host's.
    pub fn write<B: Serialize>(&self, event: &'static str, body: &B) {
        if let Some(journal) = &self.journal {
            let wall = Some(true_now().filetime().to_string());
            let since_start = self.watch.elapsed();
            journal.write(&Head { since_start, wall, event, actor: "host".to_owned() }, body);
        }
    }
}

impl Observer for Recorder {
    fn opened(&self, conn: u64, peer: SocketAddr) {
        self.write("conn-open", &Opened { conn, peer: peer.to_string() });
    }

    fn called(&self, _: u64, exchange: &Exchange, notes: &Notes) {
        if self.journal.is_none() {
            return;
        }
        let spec = self.clock.spec().to_string();
        let host = self.clock.last().map(|reading| ClockFault::new(spec, &reading));
        self.write("exchange", &ExchangeLine::new(exchange, notes, host));
    }

    fn bent(&self, conn: u64, notes: &Notes) {
        self.write("fault", &Bent { conn, notes: FaultNotes::new(notes) });
    }

    fn remarked(&self, conn: u64, remark: Remark) {
        let (event, what) = match remark {
            Remark::Refused(trouble) => ("rpc-fault", trouble.to_string()),
            Remark::Ignored(bytes) => {
                ("ignored", format!("{bytes} bytes after the parameters of a call"))
            }
        };
        self.write(event, &Remarked { conn, what });
    }

    fn closed(&self, conn: u64, why: Ended) {
        self.write("conn-close", &Closed { conn, why: why.to_string() });
    }
}
