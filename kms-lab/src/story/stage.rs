//! The two computers of the story: a KMS host on a loopback port and a member with a wrong clock.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use kms_proto::draw::Draw;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, Moment};
use kms_proto::windows::identity::Edition;
use kms_proto::windows::product::Detail;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;
use kms_sim::net::observer::Nobody;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;

use crate::attempt::{How, attempt};
use crate::exit::Exit;
use crate::recording::Recording;
use crate::stop::Stop;
use crate::story::checks::Traces;

/// The host's name.
pub const HOST: &str = "KMS01";
/// The member's name.
pub const MEMBER: &str = "MEMBER01";

/// True time when the story begins: Monday 2026-01-05, 09:00:00 UTC.
const START: Moment = Moment(1_767_603_600_000_000_000);

/// What can be chosen about the story.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The realm of both.
    pub realm: Realm,
    /// The seed of every draw.
    pub seed: u64,
    /// The host's window.
    pub window: Window,
    /// What is wrong with the member's clock.
    pub clock: ClockSpec,
    /// The protocol version the member speaks.
    pub protocol: Version,
    /// Where a capture of their connections goes.
    pub pcap: Option<PathBuf>,
}

/// Both computers, ready.
#[derive(Debug)]
pub struct Stage {
    shared: Arc<Shared>,
    server: Server,
    time: Arc<StoryTime>,
    machine: Machine,
    clock: Clock,
    how: How,
    kms: KmsHost,
    attempts: u64,
    recording: Option<Arc<Recording>>,
}

/// True time on stage: it stands still until somebody lets it pass, so every run tells the same.
#[derive(Debug)]
struct StoryTime(AtomicI64);

impl StoryTime {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

impl Stage {
    /// Starts the host on a loopback port the system picks, and boots the member.
    ///
    /// # Errors
    ///
    /// When no port can be had, or the capture's file not be made.
    pub fn set(setting: &Setting) -> Result<Self, Stop> {
        let time = Arc::new(StoryTime(AtomicI64::new(START.0)));
        let host = Host::new(HostConfig {
            realm: setting.realm.clone(),
            seed: setting.seed,
            window: setting.window,
            ..HostConfig::default()
        });
        let reads = time.clone();
        let now = Box::new(move || reads.now().filetime());
        let recording =
            setting.pcap.as_deref().map(|path| Recording::file(path, setting.seed)).transpose()?;
        let stamps = time.clone();
        let taps = recording.as_ref().map_or_else(Taps::default, |recording| {
            recording.taps(0, Box::new(move || stamps.now()))
        });
        let options = Options { taps, ..Options::default() };
        let shared = Shared::new(host, now, Box::new(Nobody), options);
        let any = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let cannot = |why: String| {
            Stop::new(Exit::CannotStart, why, "a computer whose loopback network works")
        };
        let server = Server::start(&shared, &[any])
            .map_err(|(addr, error)| cannot(format!("cannot listen on {addr}: {error}")))?;
        recording.as_ref().map_or(Ok(()), |recording| recording.begin())?;
        let addr = server.addrs().first().copied().unwrap_or(any);
        {
            let mut host = shared.host();
            let config = HostConfig { port: addr.port(), ..host.config().clone() };
            host.configure(config);
        }
        let kms: KmsHost = addr.to_string().parse().map_err(|e| cannot(format!("{addr}: {e}")))?;

        let name = MachineName::new(MEMBER).unwrap_or(MachineName::from_units([0; 64]));
        let mut machine = Machine::new(name, setting.realm.clone(), Edition::ServerStandard);
        machine.registered_host = Some(kms.clone());
        let draw = Draw::new(setting.seed);
        let clock = Clock::new(setting.clock, START, draw, MEMBER);
        let how = How { version: setting.protocol, seed: setting.seed, ..How::default() };
        Ok(Self { shared, server, time, machine, clock, how, kms, attempts: 0, recording })
    }

    /// Lets true time pass.
    pub fn wait(&self, length: Nanos) {
        self.time.0.fetch_add(length.0, Ordering::SeqCst);
    }

    /// Types `slmgr /ato` on the member.
    pub async fn ato(&mut self) -> Traces {
        let before = *self.shared.host().ledger();
        let seen = last(&self.shared.host());
        self.attempts += 1;
        let (at, how) = (self.time.now(), &self.how);
        let done = attempt(&mut self.machine, &mut self.clock, at, &self.kms, how, self.attempts);
        let done = done.await;
        self.hang_up().await;
        let host = self.shared.host();
        Traces {
            slmgr: client_sim::slmgr::ato::text(&self.machine, &done.outcome),
            machine_events: done.outcome.events,
            host_events: host.events().since(seen).map(|(_, event)| event).collect(),
            before,
            after: *host.ledger(),
        }
    }

    /// Lets the host notice that the member has hung up, so that the capture has it at its moment.
    async fn hang_up(&self) {
        const LOOKS: usize = 10_000;
        let Some(recording) = &self.recording else { return };
        for _ in 0..LOOKS {
            if recording.connections() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    }

    /// Types `slmgr /dlv` on the host.
    pub fn host_dlv(&self) -> String {
        let snapshot = self.shared.host().snapshot(self.host_clock());
        kms_sim::slmgr::text(&snapshot, Detail::Dlv)
    }

    /// Types `slmgr /dli` on the member.
    pub fn member_dli(&self) -> String {
        client_sim::slmgr::information::text(&self.machine, Detail::Dli)
    }

    /// What the host's clock reads.
    pub fn host_clock(&self) -> FileTime {
        self.shared.now()
    }

    /// What the member's clock reads.
    pub fn member_clock(&self) -> FileTime {
        self.clock.peek(self.time.now()).filetime
    }

    /// Sets the member's clock by hand: to true time.
    pub fn set_member_clock(&mut self) {
        self.clock.set(self.time.now(), &SetTo::TRUE);
    }

    /// Where the host listens.
    pub const fn host_addr(&self) -> &KmsHost {
        &self.kms
    }

    /// Stops the host; its port refuses when this returns.
    pub async fn strike(self) {
        self.server.shutdown(Duration::from_secs(1)).await;
        if let Some(recording) = &self.recording {
            recording.end(self.time.now());
        }
    }
}

/// The number of the last entry in the host's log.
fn last(host: &Host) -> u64 {
    let fill = host.events().fill();
    fill.dropped.saturating_add(u64::try_from(fill.kept).unwrap_or(u64::MAX))
}
