//! A script of what becomes of the time service's questions.

use core::net::{Ipv4Addr, SocketAddr};

use client_sim::time_service::act::{Act, Query};
use client_sim::time_service::limit::Limit;
use client_sim::time_service::manual_peer::ManualPeer;
use client_sim::time_service::peer::From;
use client_sim::time_service::sample::Sample;
use client_sim::time_service::settings::{Role, Settings, SyncType};
use client_sim::time_service::{Answer, TimeService};
use kms_proto::ntp::packet::Packet;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};
use kms_proto::wire::{Order, Wire};
use kms_sim::time_server::TimeServer;

use super::super::input::Input;

/// 2026-01-01T00:00:00Z.
const START: Moment = Moment(1_767_225_600_000_000_000);

/// The service, and what it has asked.
struct Told {
    service: TimeService,
    now: Moment,
    /// How far the machine's clock is off.
    off: Nanos,
    /// The last question to each peer that was not answered, by who is asked.
    open: Vec<Query>,
}

/// The first byte chooses the settings; then each byte a step, most with a length behind it.
pub(super) fn check(mut input: Input<'_>) {
    let choices = input.u8();
    let mut told = Told {
        service: TimeService::new(settings(choices)),
        now: START,
        off: Nanos::seconds(i64::from(input.u32()) - (1 << 31)),
        open: Vec::new(),
    };
    let acts = told.service.start(told.now, told.wall());
    told.note(acts);
    for _ in 0..64 {
        if input.is_spent() {
            break;
        }
        told.step(&mut input);
    }
}

fn settings(choices: u8) -> Settings {
    let sync = match choices & 3 {
        0 => SyncType::Nt5ds,
        1 => SyncType::Ntp,
        2 => SyncType::AllSync,
        _ => SyncType::NoSync,
    };
    let first = choices & 4 != 0;
    Settings {
        sync,
        role: if choices & 8 == 0 { Role::Computer } else { Role::DomainController { first } },
        manual_peers: ManualPeer::list("a.lab.example,0x9 b.lab.example,0x2"),
        max_positive: (choices & 16 != 0).then_some(Limit(3600)),
        spike_watch_period: if choices & 32 == 0 { 900 } else { 0 },
        hold_period: u32::from(choices >> 6),
        ..Settings::default()
    }
}

impl Told {
    fn wall(&self) -> FileTime {
        FileTime::from_unix_nanos(i128::from(self.now.0) + i128::from(self.off.0))
    }

    fn step(&mut self, input: &mut Input<'_>) {
        let step = input.u8();
        match step & 7 {
            0 => self.wait(Nanos::seconds(input.u16().into())),
            1 => {
                let due = self.service.due().unwrap_or(self.now);
                self.wait(Nanos(due.since(self.now).0.max(0)));
            }
            2 | 3 => self.honest(step >> 3, Nanos(i64::from(input.u32()) * 1_000_000)),
            4 => self.other(step >> 3, input.u64()),
            5 => {
                let bytes = input.take(usize::from(step >> 3) * 2);
                if let Some(query) = self.open.first().cloned() {
                    self.answer(query.id, &Answer::Packet { bytes, from: from() });
                }
            }
            6 => {
                let answer = if step & 8 == 0 { Answer::Silence } else { Answer::NotFound };
                if let Some(id) = self.open.last().map(|query| query.id) {
                    self.answer(id, &answer);
                }
            }
            _ => self.command(step >> 3),
        }
    }

    /// Lets time pass; nothing is due that was just done.
    fn wait(&mut self, length: Nanos) {
        self.now = self.now.plus(length);
        let acts = self.service.poll(self.now, self.wall());
        self.note(acts);
        let due = self.service.due();
        assert!(due.is_none_or(|due| self.now < due), "{due:?} is due at {:?} again", self.now);
    }

    /// An answer of a server whose clock is this far ahead of true time.
    fn honest(&mut self, which: u8, ahead: Nanos) {
        let place = usize::from(which).checked_rem(self.open.len()).unwrap_or(0);
        let Some(query) = self.open.get(place).cloned() else { return };
        let theirs = FileTime::from_unix_nanos(i128::from(self.now.0) + i128::from(ahead.0));
        let question = query.packet.to_bytes(Order::Big);
        let Some(answer) = TimeServer::default().answer(&question, theirs, theirs) else {
            panic!("the service asks what gets no answer")
        };
        let bytes = answer.to_bytes(Order::Big);
        self.answer(query.id, &Answer::Packet { bytes: &bytes, from: from() });
    }

    /// A good answer that bears another timestamp, and one to a question nobody asked: neither
    /// changes anything.
    fn other(&mut self, which: u8, bits: u64) {
        let before = self.service.clone();
        let place = usize::from(which).checked_rem(self.open.len()).unwrap_or(0);
        let Some(query) = self.open.get(place).cloned() else { return };
        let question = query.packet.to_bytes(Order::Big);
        let wall = self.wall();
        let Some(good) = TimeServer::default().answer(&question, wall, wall) else { return };
        let mut strange = good;
        strange.origin.0 ^= bits.max(1);
        for (id, packet) in [(query.id, strange), (u64::MAX, good), (0, good)] {
            let bytes = packet.to_bytes(Order::Big);
            let answer = Answer::Packet { bytes: &bytes, from: from() };
            assert_eq!(self.service.answer(self.now, wall, id, &answer), []);
            assert_eq!(self.service, before, "an answer to another question was taken");
        }
    }

    fn command(&mut self, which: u8) {
        let (now, wall) = (self.now, self.wall());
        let acts = match which & 3 {
            0 => self.service.resync(now, wall, which & 4 != 0),
            1 => self.service.update(now, wall),
            2 => {
                let ended = self.service.stop();
                assert!(ended.is_none() || !self.service.is_running());
                self.open.clear();
                self.service.start(now, wall)
            }
            _ => {
                self.service.clock_was_set();
                Vec::new()
            }
        };
        assert_eq!(turns(&acts), 0, "a command turned the clock by itself");
        self.note(acts);
        let _ = self.service.resynced();
    }

    /// Gives an answer: the clock is turned at most once, only by an answer that may be believed,
    /// and never by more than the settings allow.
    fn answer(&mut self, id: u64, answer: &Answer<'_>) {
        let query = self.open.iter().find(|query| query.id == id);
        let sample = match (answer, query) {
            (Answer::Packet { bytes, .. }, Some(query)) => {
                Packet::parse(bytes, Order::Big).ok().and_then(|(_, packet)| {
                    Sample::new(&packet, query.packet.transmit, self.wall()).ok()
                })
            }
            _ => None,
        };
        let acts = self.service.answer(self.now, self.wall(), id, answer);
        let turned = turns(&acts);
        assert!(turned <= 1, "{acts:?}");
        if turned == 1 {
            let Some(sample) = sample else { panic!("turned by no good answer: {acts:?}") };
            let limit = self.service.registry.limit_of(sample.offset);
            assert!(limit.allows(sample.offset), "{:?} is beyond {limit}", sample.offset);
            let synced = self.service.running().map(|running| running.synced().0);
            assert_eq!(synced, Some(self.now));
        }
        for act in &acts {
            if let Act::Step(by) = act {
                self.off = Nanos(self.off.0.saturating_add(by.0));
            }
        }
        self.note(acts);
    }

    /// Keeps what was asked; the ids rise, and each question bears the clock's reading.
    fn note(&mut self, acts: Vec<Act>) {
        for act in acts {
            let Act::Ask(query) = act else { continue };
            assert!(self.open.iter().all(|open| open.id < query.id), "ids do not rise");
            assert_eq!(query.packet.transmit.near(self.wall()), self.wall());
            self.open.retain(|open| open.whom != query.whom);
            self.open.push(query);
        }
    }
}

/// How often the acts turn the clock.
fn turns(acts: &[Act]) -> usize {
    acts.iter().filter(|act| matches!(act, Act::Step(_) | Act::Slew(_))).count()
}

fn from() -> From {
    From {
        name: "dc.lab.example".to_owned(),
        address: SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 123)),
    }
}
