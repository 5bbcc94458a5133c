//! The clock of the computer a host runs on is turned: requests are judged by the new time at once,
//! and waiting goes on as it did.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use client_sim::clock::Clock;
use client_sim::machine::Machine;
use client_sim::session::Session;
use client_sim::session::config::SessionConfig;
use client_sim::session::event::Event;
use kms_lab::attempt::{How, attempt};
use kms_lab::clock::Stopwatch;
use kms_lab::host_clock::HostClock;
use kms_lab::journal::Journal;
use kms_lab::live_clock::LiveClock;
use kms_lab::recorder::Recorder;
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::Moment;
use kms_proto::windows::identity::Edition;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use serde_json::Value;

use crate::good::connect;

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000_000_000;

/// An hour.
const HOUR: i64 = 3_600_000_000_000;

/// What the journal writes into.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A host put together as `kmslab serve` does, on a computer whose clock is turned at will.
struct OnTurned {
    system: Arc<AtomicI64>,
    server: Server,
    journal: Written,
    asked: u64,
}

impl OnTurned {
    fn start(spec: &str, idle: Duration) -> Self {
        let system = Arc::new(AtomicI64::new(START));
        let clock = Clock::new(spec.parse().unwrap(), Moment(START), Draw::new(42), "host");
        let read = system.clone();
        let clock = Arc::new(HostClock::over(
            LiveClock::new(clock, false),
            Box::new(move || Moment(read.load(Ordering::SeqCst))),
        ));
        let journal = Written::default();
        let writer = Arc::new(Journal::new(Box::new(journal.clone())));
        let recorder = Recorder::new(Some(writer), clock.clone(), Stopwatch::start());
        let now = Box::new(move || clock.read());
        let options = Options { idle, ..Options::default() };
        let shared =
            Shared::new(Host::new(HostConfig::default()), now, Box::new(recorder), options);
        let server = Server::start(&shared, &[SocketAddr::from(([127, 0, 0, 1], 0))]).unwrap();
        Self { system, server, journal, asked: 0 }
    }

    fn turn(&self, by: i64) {
        self.system.fetch_add(by, Ordering::SeqCst);
    }

    /// What a machine whose clock is right, and was never turned, comes to.
    async fn result(&mut self) -> HResult {
        let name = MachineName::new("PC-7").unwrap();
        let mut machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
        let mut clock = Clock::new("0".parse().unwrap(), Moment(START), Draw::new(1), "PC-7");
        let host = self.server.addrs()[0].to_string().parse().unwrap();
        self.asked += 1;
        let how = How::default();
        attempt(&mut machine, &mut clock, Moment(START), &host, &how, self.asked).await.outcome.code
    }

    /// The host's time in each exchange of the journal, in nanoseconds after the start.
    fn host_times(&self) -> Vec<i128> {
        let text = String::from_utf8(self.journal.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let exchanges = lines.filter(|line| line["ev"] == "exchange");
        let skews = exchanges.map(|line| -i128::from(line["skew_ns"].as_i64().unwrap()));
        skews.collect()
    }
}

#[tokio::test]
async fn requests_are_judged_by_the_time_the_computer_was_turned_to() {
    let (ok, refused) = (HResult(0), HResult(0xC004_F06C));
    let hours = Duration::from_hours(1);
    let mut host = OnTurned::start("0", hours);
    for (by, result) in [
        (0, ok),
        (4, ok),
        (1, refused),
        (-1, ok),
        (-9, refused),
        (1, ok),
        (4, ok),
        (876_000, refused),
    ] {
        host.turn(by * HOUR);
        assert_eq!(host.result().await, result, "after {by} h more");
    }
    let found = host.host_times();
    let expected = [0, 4, 5, 4, -5, -4, 0, 876_000].map(|hours| i128::from(hours * HOUR));
    assert_eq!(found, expected);
    host.server.shutdown(Duration::from_secs(5)).await;
}

/// A clock that runs fast is as wrong as its rate says for the time the computer shows, before its
/// start too.
#[tokio::test]
async fn a_wrong_clock_goes_on_from_where_the_computer_was_turned_to() {
    let mut host = OnTurned::start("+1h x2", Duration::from_hours(1));
    for (by, expected) in [(0, 1), (1, 3), (-2, -1)] {
        host.turn(by * HOUR);
        let _ = host.result().await;
        assert_eq!(host.host_times().last(), Some(&i128::from(expected * HOUR)), "{by} h more");
    }
    host.server.shutdown(Duration::from_secs(5)).await;
}

/// Limits of waiting run on a clock nobody turns: hours forward end no connection that is within
/// them, hours back and a clock that stands still keep none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_long_a_peer_may_take_does_not_change() {
    let host = OnTurned::start("0", Duration::from_mins(10));
    let mut stream = connect(host.server.addrs()[0]);
    let (mut session, mut out) = (Session::new(SessionConfig::default()), BytesMut::new());
    session.start(&mut out);
    let bound = next(&mut stream, &mut session, &mut out);
    assert!(matches!(bound, Event::Ready), "{bound:?}");
    host.turn(5 * HOUR);
    let machine =
        Machine::new(MachineName::new("PC-7").unwrap(), Realm::default(), Edition::ServerStandard);
    let request = machine.request(Version::V6, Moment(START).filetime());
    let mut message = BytesMut::new();
    Seal::for_realm(&Realm::default()).seal_request(&request, [7; 16], &mut message);
    for (turned, code) in [(0, 0xC004_F06C), (-10, 0xC004_F06C), (5, 0)] {
        host.turn(turned * HOUR);
        let _ = session.call(&message, &mut out).unwrap();
        match next(&mut stream, &mut session, &mut out) {
            Event::Answer { hresult, .. } => assert_eq!(hresult, HResult(code), "{turned} h"),
            other => panic!("{other:?}"),
        }
    }
    drop(stream);
    host.server.shutdown(Duration::from_secs(5)).await;

    let host = OnTurned::start("0", Duration::from_millis(300));
    let begun = Instant::now();
    let mut stream = connect(host.server.addrs()[0]);
    host.turn(-5 * HOUR);
    assert_eq!(stream.read(&mut [0; 64]).unwrap_or(0), 0, "a silent peer is shown the door");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    host.server.shutdown(Duration::from_secs(5)).await;
}

/// What the session has to say next.
fn next(stream: &mut TcpStream, session: &mut Session, out: &mut BytesMut) -> Event {
    loop {
        if let Some(event) = session.poll(out) {
            return event;
        }
        stream.write_all(out).unwrap();
        out.clear();
        let mut input = [0; 8192];
        let n = stream.read(&mut input).unwrap();
        assert_ne!(n, 0, "the host hung up");
        session.receive(&input[..n]);
    }
}
