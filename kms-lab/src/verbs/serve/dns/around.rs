//! What a zone on sockets is judged by, bent by and told to.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use kms_proto::time::FileTime;
use kms_sim::dns::zone::answered::{Answered, Asked, Transport};
use kms_sim::fault::about::About;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::kind::dns::DnsKind;
use kms_sim::fault::stage::Stage;
use kms_sim::net::dns::Around;
use kms_sim::net::shared::Shared;
use serde::Serialize;

use crate::clock::Stopwatch;
use crate::host_clock::HostClock;
use crate::recorder::Recorder;

/// The zone's clock, faults and journal.
pub(super) struct LabAround {
    clock: HostClock,
    shared: Arc<Shared>,
    recorder: Recorder,
    watch: Stopwatch,
    /// The faults that bend the answer being made.
    struck: Mutex<Vec<String>>,
}

impl LabAround {
    /// Judged by `clock`, bent by the faults of the host it shares, told to the recorder.
    pub(super) fn new(
        clock: HostClock,
        shared: Arc<Shared>,
        recorder: Recorder,
        watch: Stopwatch,
    ) -> Self {
        Self { clock, shared, recorder, watch, struck: Mutex::default() }
    }
}

/// A question or an update, and what it was answered with.
#[derive(Serialize)]
struct DnsLine {
    peer: SocketAddr,
    transport: &'static str,
    op: &'static str,
    asked: Vec<String>,
    rcode: u16,
    key: Option<String>,
    changed: bool,
    faults: Vec<String>,
}

impl Around for LabAround {
    fn now(&self) -> FileTime {
        self.clock.read()
    }

    fn bends(&self, peer: IpAddr) -> Vec<DnsKind> {
        let Some(meddling) = self.shared.meddling() else { return Vec::new() };
        let about = About { peer: Some(peer), ..About::default() };
        let asked = meddling.faults().plan().ask(Stage::DnsSrv, &about, self.watch.elapsed());
        let mut kinds = Vec::new();
        for applied in asked.applied {
            if let Kind::Dns(kind) = applied.kind {
                self.struck.lock().unwrap_or_else(PoisonError::into_inner).push(applied.id);
                kinds.push(kind);
            }
        }
        kinds
    }

    fn answered(&self, peer: SocketAddr, transport: Transport, answered: &Answered) {
        let (op, asked, changed) = match &answered.asked {
            Asked::Odd => ("odd", Vec::new(), false),
            Asked::Query(kind, name) => ("query", vec![format!("{name} {kind}")], false),
            Asked::Update { names, changed } => ("update", names.clone(), *changed),
        };
        let struck =
            std::mem::take(&mut *self.struck.lock().unwrap_or_else(PoisonError::into_inner));
        let line = DnsLine {
            peer,
            transport: if transport == Transport::Udp { "udp" } else { "tcp" },
            op,
            asked,
            rcode: answered.rcode,
            key: answered.key.clone(),
            changed,
            faults: struck,
        };
        self.recorder.write("dns", &line);
    }
}
