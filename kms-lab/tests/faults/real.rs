//! The same host on a socket, and the same client over TCP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_sim::activation::Answer;
use client_sim::kms_host::KmsHost;
use client_sim::net::attempt;
use client_sim::net::options::Options as ClientOptions;
use kms_lab::clock::Stopwatch;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_sim::config::HostConfig;
use kms_sim::exchange::Exchange;
use kms_sim::fault::faults::Faults;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::notes::Notes;
use kms_sim::fault::rule::Rule;
use kms_sim::host::Host;
use kms_sim::net::meddling::Meddling;
use kms_sim::net::observer::{Ended, Observer};
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;

use crate::client::{NOON, asking, told};

/// A client's patience: long enough for every legal kind of the table.
const PATIENCE: Duration = Duration::from_secs(3);

/// A host with faults on a loopback port.
pub(crate) struct Lab {
    server: Server,
    pub(crate) addr: SocketAddr,
    seen: Seen,
    attempts: u64,
}

/// The ids of the faults that bent something, in the order they did.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, notes: &Notes) {
        self.0.lock().unwrap().extend(notes.faults.iter().cloned());
    }
}

impl Observer for Seen {
    fn opened(&self, _: u64, _: SocketAddr) {}
    fn called(&self, _: u64, _: &Exchange, notes: &Notes) {
        self.note(notes);
    }
    fn bent(&self, _: u64, notes: &Notes) {
        self.note(notes);
    }
    fn closed(&self, _: u64, _: Ended) {}
}

impl Lab {
    pub(crate) fn start(rules: Vec<Rule>, mischief: Mischief, seed: u64) -> Self {
        let noted = Seen::default();
        let watch = Stopwatch::start();
        let faults = Faults::new(rules, mischief, seed).unwrap();
        let meddling = Meddling::new(faults, Box::new(move || watch.elapsed()));
        let host = Host::new(HostConfig { seed, ..HostConfig::default() });
        let options = Options { idle: Duration::from_secs(5), ..Options::default() };
        let shared =
            Shared::meddled(host, Box::new(|| NOON), Box::new(noted.clone()), options, meddling);
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let server = Server::start(&shared, &[any]).unwrap();
        let addr = server.addrs()[0];
        Self { server, addr, seen: noted, attempts: 0 }
    }

    /// An attempt of `name`, as [`told`] has it.
    pub(crate) async fn attempt(&mut self, name: &str, version: Version) -> String {
        self.attempts += 1;
        let mut asking =
            asking(&Realm::default(), name, (version, NOON.later(self.attempts)), self.attempts);
        let host: KmsHost = self.addr.to_string().parse().unwrap();
        let options = ClientOptions { timeout: PATIENCE, ..ClientOptions::default() };
        let answer = match attempt(&host, &options, &asking.message.clone()).await {
            Ok((reply, _)) => asking.judge(reply.hresult, &reply.message),
            Err(error) => Answer::from(&error),
        };
        told(&answer, asking.n_policy())
    }

    /// The ids of the faults seen so far.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.seen.0.lock().unwrap().clone()
    }

    /// Stops the host; nothing may be left of it.
    pub(crate) async fn stop(self) {
        let grace = Duration::from_secs(5);
        tokio::time::timeout(grace, self.server.shutdown(grace)).await.unwrap();
    }
}
