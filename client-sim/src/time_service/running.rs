//! The service while it runs.

mod answers;

use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};
use kms_proto::windows::event::time_service::TimeEvent;

use crate::time_service::act::Act;
use crate::time_service::correction::Slews;
use crate::time_service::discipline::Discipline;
use crate::time_service::manual_peer::ManualPeer;
use crate::time_service::outcome::Outcome;
use crate::time_service::peer::Peer;
use crate::time_service::settings::{Role, Settings};

/// The service while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    settings: Settings,
    peers: Vec<Peer>,
    /// The peer it follows, by its place.
    source: Option<usize>,
    discipline: Discipline,
    slews: Slews,
    /// The interval between two questions, as a power of two in seconds.
    poll: u8,
    /// Good samples since the interval was changed.
    good: u32,
    /// When its time was good for the last time, and what the clock read then; else its start.
    synced: (Moment, Option<FileTime>),
    /// The last sample it followed.
    offset: Nanos,
    /// Event 36 was written, and nothing was good since.
    warned: bool,
    resync: Resync,
    last: Outcome,
}

/// A resynchronisation asked for by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Resync {
    #[default]
    None,
    /// Sources are being asked.
    Under,
    /// It has ended.
    Over(Outcome),
}

impl Running {
    pub(super) fn new(settings: Settings, now: Moment) -> Self {
        let poll = settings.min_poll_interval();
        let peers = peers(&settings, now);
        Self {
            settings,
            peers,
            source: None,
            discipline: Discipline::default(),
            slews: Slews::default(),
            poll,
            good: 0,
            synced: (now, None),
            offset: Nanos(0),
            warned: false,
            resync: Resync::None,
            last: Outcome::NoData,
        }
    }

    /// What it says when it starts.
    pub(super) fn greeting(&self) -> Vec<Act> {
        let mut events = Vec::new();
        if let Role::DomainController { first } = self.settings.role {
            if first && self.settings.sync.uses_domain() {
                events.push(Act::Log(TimeEvent::TopOfDomain));
            }
            events.push(Act::Log(TimeEvent::Advertising));
            events.push(Act::Log(TimeEvent::AdvertisingGood));
        }
        events
    }

    /// The settings in force.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its peers.
    pub fn peers(&self) -> &[Peer] {
        &self.peers
    }

    /// The peer it follows.
    pub fn source(&self) -> Option<&Peer> {
        self.peers.get(self.source?)
    }

    /// Where its judgement of samples stands.
    pub const fn discipline(&self) -> &Discipline {
        &self.discipline
    }

    /// The interval between two questions, as a power of two in seconds.
    pub const fn poll_interval(&self) -> u8 {
        self.poll
    }

    /// When its time was good for the last time, and what the clock read then; the moment of its
    /// start, where it never was.
    pub const fn synced(&self) -> (Moment, Option<FileTime>) {
        self.synced
    }

    /// What the last sample it followed said was to be added to the clock.
    pub const fn offset(&self) -> Nanos {
        self.offset
    }

    /// What came of its last try to set the clock.
    pub const fn last(&self) -> Outcome {
        self.last
    }

    pub(super) fn awaits_resync(&self) -> bool {
        self.resync == Resync::Under
    }

    pub(super) fn update(&mut self, settings: Settings, now: Moment) {
        let same = settings.sync == self.settings.sync
            && settings.manual_peers == self.settings.manual_peers;
        self.settings = settings;
        self.poll = self.settings.min_poll_interval();
        self.good = 0;
        if same {
            self.peers.iter_mut().for_each(|peer| peer.next = now);
        } else {
            self.peers = peers(&self.settings, now);
            self.source = None;
            self.discipline.forget();
        }
    }

    pub(super) fn due(&self) -> Option<Moment> {
        let asks = self.peers.iter().map(|peer| peer.next).min()?;
        Some(self.warning().map_or(asks, |at| at.min(asks)))
    }

    /// When event 36 is due.
    fn warning(&self) -> Option<Moment> {
        let seconds = 3_i64 << self.settings.max_poll_interval().saturating_sub(1);
        (!self.warned).then(|| self.synced.0.plus(Nanos::seconds(seconds)))
    }

    pub(super) fn poll(&mut self, now: Moment, wall: FileTime, asked: &mut u64) -> Vec<Act> {
        let mut acts = Vec::new();
        if self.peers.is_empty() {
            return acts;
        }
        if self.warning().is_some_and(|at| at <= now) {
            self.warned = true;
            self.source = None;
            self.discipline.forget();
            let seconds = now.since(self.synced.0).0 / 1_000_000_000;
            let seconds = u64::try_from(seconds).unwrap_or(0);
            acts.push(Act::Log(TimeEvent::Unsynchronized { seconds }));
        }
        for place in 0..self.peers.len() {
            let next = now.plus(self.interval(place));
            let Some(peer) = self.peers.get_mut(place) else { break };
            if peer.next <= now {
                *asked += 1;
                peer.next = next;
                acts.push(Act::Ask(peer.ask(*asked, wall)));
            }
        }
        acts
    }

    /// How long after a question the same peer is asked again.
    fn interval(&self, place: usize) -> Nanos {
        let manual = self.peers.get(place).and_then(|peer| peer.manual.as_ref());
        if let Some(every) = self.settings.every {
            Nanos(every.0.max(1))
        } else if manual.is_some_and(|peer| peer.has(ManualPeer::SPECIAL_INTERVAL)) {
            Nanos::seconds(self.settings.special_poll_interval().into())
        } else {
            Nanos::seconds(1 << self.poll)
        }
    }

    pub(super) fn resync(
        &mut self,
        now: Moment,
        wall: FileTime,
        rediscover: bool,
        asked: &mut u64,
    ) -> Vec<Act> {
        if self.peers.is_empty() {
            self.resync = Resync::Over(Outcome::NoData);
            self.last = Outcome::NoData;
            return Vec::new();
        }
        self.resync = Resync::Under;
        for peer in &mut self.peers {
            peer.next = now;
            if rediscover {
                peer.backoffs = 0;
            }
        }
        self.poll(now, wall, asked)
    }

    pub(super) fn resynced(&mut self) -> Option<Outcome> {
        let Resync::Over(outcome) = self.resync else { return None };
        self.resync = Resync::None;
        Some(outcome)
    }

    pub(super) fn clock_was_set(&mut self) {
        self.slews.forget();
    }
}

fn peers(settings: &Settings, now: Moment) -> Vec<Peer> {
    let domain =
        settings.sync.uses_domain() && settings.role != Role::DomainController { first: true };
    let domain = domain.then(|| Peer::new(None, now));
    let manual = settings.manual_peers.iter().filter(|_| settings.sync.uses_manual());
    domain.into_iter().chain(manual.map(|peer| Peer::new(Some(peer.clone()), now))).collect()
}
