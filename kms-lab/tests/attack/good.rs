//! A client that behaves: connects, binds, asks once, leaves.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use client_sim::machine::Machine;
use client_sim::session::Session;
use client_sim::session::config::SessionConfig;
use client_sim::session::event::Event;
use kms_lab::clock::true_now;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::windows::identity::Edition;

/// Longer than any answer takes, and still an end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Exchanges of a burst, and from one burst to the next: a second takes 600 local ports, of which
/// there are enough for a minute.
const BURST: usize = 60;
const EVERY: Duration = Duration::from_millis(100);

/// The client, and how often it was granted.
pub(crate) struct Good {
    addr: SocketAddr,
    machine: Machine,
    seal: Seal,
    /// Exchanges so far, each of them granted.
    pub(crate) granted: u64,
}

impl Good {
    /// A client of the host at `addr`.
    pub(crate) fn new(addr: SocketAddr) -> Self {
        let name = MachineName::new("GOOD").unwrap();
        let machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
        let seal = Seal::for_realm(&machine.realm);
        Self { addr, machine, seal, granted: 0 }
    }

    /// One exchange from connect to the verified answer: how long it took.
    pub(crate) fn exchange(&mut self) -> Duration {
        self.try_exchange().unwrap()
    }

    /// The same with a host that may be gone.
    pub(crate) fn try_exchange(&mut self) -> io::Result<Duration> {
        let request = self.machine.request(Version::V6, true_now().filetime());
        let asked = Asked { request, iv: self.granted.to_be_bytes().repeat(2).try_into().unwrap() };
        let (mut message, mut out) = (BytesMut::new(), BytesMut::new());
        self.seal.seal_request(&asked.request, asked.iv, &mut message);
        let mut session = Session::new(SessionConfig::default());
        let begun = Instant::now();
        let mut stream = try_connect(self.addr)?;
        session.start(&mut out);
        let mut input = [0; 8192];
        let answer = loop {
            stream.write_all(&out)?;
            out.clear();
            let n = stream.read(&mut input)?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            session.receive(&input[..n]);
            let mut answer = None;
            while let Some(event) = session.poll(&mut out) {
                match event {
                    Event::Ready => drop(session.call(&message, &mut out).unwrap()),
                    Event::Answer { message, .. } => answer = Some(message),
                    trouble => panic!("{trouble:?}"),
                }
            }
            if let Some(answer) = answer {
                break answer;
            }
        };
        let took = begun.elapsed();
        assert!(verify_answer(&mut self.seal, &asked, &answer).verified().is_ok());
        self.granted += 1;
        Ok(took)
    }

    /// The same of exchanges spread over all of this time, in bursts; and the longest of all.
    pub(crate) fn p99_over(&mut self, lasts: Duration) -> (Duration, Duration) {
        let begun = Instant::now();
        let mut times = Vec::new();
        let mut next = begun;
        while begun.elapsed() < lasts {
            times.extend((0..BURST).map(|_| self.exchange()));
            next += EVERY;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        let slowest = times.iter().copied().max().unwrap_or_default();
        (p99(times), slowest)
    }

    /// Goes on until this is so.
    pub(crate) fn until(&mut self, is_so: impl Fn() -> bool, name: &str) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < PATIENCE, "{name}: waited in vain");
            self.exchange();
        }
    }

    /// The time that 99 of 100 of `n` exchanges stay within.
    pub(crate) fn p99(&mut self, n: usize) -> Duration {
        p99((0..n).map(|_| self.exchange()).collect())
    }
}

fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// A connection whose reads and writes come to an end.
pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    try_connect(addr).unwrap()
}

fn try_connect(addr: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
