//! What the service makes of answers: which peer it follows, and what happens to the clock.

use kms_proto::ntp::packet::Packet;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};
use kms_proto::windows::event::time_service::TimeEvent;
use kms_proto::wire::{Order, Wire};

use crate::time_service::Answer;
use crate::time_service::act::Act;
use crate::time_service::correction::Correction;
use crate::time_service::discipline::Course;
use crate::time_service::outcome::Outcome;
use crate::time_service::peer::{ATTEMPTS, From, Peer};
use crate::time_service::running::{Resync, Running};
use crate::time_service::sample::{Doubt, Sample};

/// Minutes until a peer that was not found is looked for again (`ResolvePeerBackoffMinutes`).
const BACKOFF: u32 = 15;

/// How often that doubles (`ResolvePeerBackoffMaxTimes`).
const DOUBLINGS: u32 = 7;

impl Running {
    pub(in crate::time_service) fn answer(
        &mut self,
        now: Moment,
        wall: FileTime,
        id: u64,
        answer: &Answer<'_>,
    ) -> Vec<Act> {
        let waits = |peer: &Peer| peer.asked.is_some_and(|asked| asked.id == id);
        let Some(place) = self.peers.iter().position(waits) else { return Vec::new() };
        let mut acts = Vec::new();
        match self.read(place, wall, answer) {
            Ok((sample, from)) => {
                self.heard(place, sample, from, &mut acts);
                if self.follows(place) {
                    self.follow(place, sample, now, wall, &mut acts);
                }
            }
            // An answer to an older question changes nothing: the right one may still come.
            Err(Trouble::Doubt(Doubt::NotAsked)) => return acts,
            Err(Trouble::NotFound) => self.not_found(place, now, &mut acts),
            Err(Trouble::Doubt(_) | Trouble::Silence) => self.failed(place, now, &mut acts),
        }
        self.conclude_resync();
        acts
    }

    fn read(
        &mut self,
        place: usize,
        wall: FileTime,
        answer: &Answer<'_>,
    ) -> Result<(Sample, From), Trouble> {
        let peer = self.peers.get_mut(place).ok_or(Trouble::Silence)?;
        let asked = peer.asked.ok_or(Trouble::Silence)?;
        let read = match answer {
            Answer::NotFound => Err(Trouble::NotFound),
            Answer::Silence => Err(Trouble::Silence),
            Answer::Packet { bytes, from } => match Packet::parse(bytes, Order::Big) {
                Err(_) => Err(Trouble::Doubt(Doubt::Malformed)),
                Ok((_, packet)) => Sample::new(&packet, asked.transmit, wall)
                    .map(|sample| (sample, from.clone()))
                    .map_err(Trouble::Doubt),
            },
        };
        if !matches!(read, Err(Trouble::Doubt(Doubt::NotAsked))) {
            peer.asked = None;
        }
        read
    }

    /// A peer gave a good answer.
    fn heard(&mut self, place: usize, sample: Sample, from: From, acts: &mut Vec<Act>) {
        let Some(peer) = self.peers.get_mut(place) else { return };
        peer.from = Some(from);
        peer.sample = Some(sample);
        peer.reachability |= 1;
        peer.failures = 0;
        peer.backoffs = 0;
        if core::mem::take(&mut peer.lost) {
            acts.push(Act::Log(if peer.manual.is_some() {
                TimeEvent::ManualPeerFound { peer: peer.name() }
            } else {
                TimeEvent::DomainPeerFound { peer: peer.name() }
            }));
        }
        if !core::mem::replace(&mut peer.valid, true) {
            acts.push(Act::Log(TimeEvent::Receiving { peer: peer.to_string() }));
        }
    }

    /// Whether the service follows this peer: its source, or the first that is good where the
    /// source is not.
    fn follows(&self, place: usize) -> bool {
        let good = |place: usize| self.peers.get(place).is_some_and(|peer| peer.valid);
        let fallback = |place: usize| self.peers.get(place).is_some_and(Peer::is_fallback);
        match self.source {
            Some(source) if source == place => true,
            Some(source) if good(source) => fallback(source) && !fallback(place),
            _ => {
                let better = |(other, peer): (usize, &Peer)| {
                    other != place && peer.valid && !peer.is_fallback()
                };
                !fallback(place) || !self.peers.iter().enumerate().any(better)
            }
        }
    }

    /// Judges a sample, and corrects the clock by it.
    fn follow(
        &mut self,
        place: usize,
        sample: Sample,
        now: Moment,
        wall: FileTime,
        acts: &mut Vec<Act>,
    ) {
        let by_hand = self.resync == Resync::Under;
        let verdict = self.discipline.judge(sample.offset, now, &self.settings, by_hand);
        self.offset = sample.offset;
        if verdict.persists {
            self.source = None;
            acts.push(Act::Log(TimeEvent::Spike {
                milliseconds: u64::from(self.settings.large_phase_offset) / 10_000,
                seconds: self.settings.spike_watch_period.into(),
            }));
        }
        match verdict.course {
            Course::Watch => self.watch(place),
            Course::TooBig => self.refuse(place, sample, acts),
            Course::Correct => self.correct(place, sample, now, wall, acts),
        }
    }

    /// Asks the peer again when the watch is over, at the latest.
    fn watch(&mut self, place: usize) {
        self.slow(false);
        let Some(since) = self.discipline.watching() else { return };
        let over = since.plus(self.settings.watch());
        if let Some(peer) = self.peers.get_mut(place) {
            peer.next = peer.next.min(over);
        }
    }

    fn refuse(&mut self, place: usize, sample: Sample, acts: &mut Vec<Act>) {
        self.slow(false);
        self.source = None;
        self.last = Outcome::TooBig;
        if self.resync == Resync::Under {
            self.resync = Resync::Over(Outcome::TooBig);
        }
        let source = self.peers.get(place).map(ToString::to_string).unwrap_or_default();
        let (seconds, limit) = (whole(sample.offset), self.settings.limit_of(sample.offset).0);
        acts.push(Act::Log(TimeEvent::TooBig { seconds, limit, source }));
    }

    fn correct(
        &mut self,
        place: usize,
        sample: Sample,
        now: Moment,
        wall: FileTime,
        acts: &mut Vec<Act>,
    ) {
        let mut shows = wall;
        match self.slews.correct(sample.offset, now, &self.settings) {
            None => self.slow(true),
            Some(Correction::Slew(slew)) => {
                self.slow(true);
                acts.push(Act::Slew(slew));
            }
            Some(Correction::Step(by)) => {
                self.slow(false);
                acts.push(Act::Step(by));
                shows = FileTime::from_unix_nanos(wall.unix_nanos() + i128::from(by.0));
                let audit = i64::from(self.settings.time_jump_audit_offset);
                if by.0.unsigned_abs() > Nanos::seconds(audit).0.unsigned_abs() {
                    acts.push(Act::Log(TimeEvent::Jumped { seconds: whole(by) }));
                }
            }
        }
        self.synced = (now, Some(shows));
        self.warned = false;
        self.last = Outcome::Success;
        if self.resync == Resync::Under {
            self.resync = Resync::Over(Outcome::Success);
        }
        if self.source != Some(place) {
            self.source = Some(place);
            let peer = self.peers.get(place);
            if let Some((peer, from)) = peer.and_then(|peer| Some((peer, peer.from.as_ref()?))) {
                acts.push(Act::Log(TimeEvent::Synchronizing {
                    source: peer.to_string(),
                    reference_id: from.reference_id(),
                    stratum: sample.packet.stratum.saturating_add(1),
                }));
            }
        }
    }

    /// Doubles the interval after enough good samples; shortens it when something is wrong.
    fn slow(&mut self, good: bool) {
        if !good {
            (self.poll, self.good) = (self.settings.min_poll_interval(), 0);
            return;
        }
        self.good += 1;
        if self.good >= self.settings.poll_adjust_factor {
            (self.poll, self.good) =
                (self.poll.saturating_add(1).min(self.settings.max_poll_interval()), 0);
        }
    }

    fn failed(&mut self, place: usize, now: Moment, acts: &mut Vec<Act>) {
        self.last = if self.synced.1.is_some() { Outcome::StaleData } else { Outcome::NoData };
        self.lose(place, acts);
        let Some(peer) = self.peers.get_mut(place) else { return };
        peer.failures += 1;
        let Some(manual) = peer.manual.as_ref().filter(|_| peer.failures == ATTEMPTS) else {
            return;
        };
        acts.push(Act::Log(TimeEvent::Discarded { peer: manual.to_string() }));
        peer.failures = 0;
        let minutes = back_off(peer, now);
        if self.peers.iter().all(|peer| peer.lost) {
            acts.push(Act::Log(TimeEvent::NoSource { minutes }));
        }
    }

    fn not_found(&mut self, place: usize, now: Moment, acts: &mut Vec<Act>) {
        self.last = Outcome::NoData;
        self.lose(place, acts);
        let Some(peer) = self.peers.get_mut(place) else { return };
        let minutes = back_off(peer, now);
        acts.push(Act::Log(match &peer.manual {
            None => TimeEvent::NoDomainPeer { minutes },
            Some(manual) => TimeEvent::NoManualPeer { peer: manual.to_string(), minutes },
        }));
    }

    /// A peer's answers are no longer good.
    fn lose(&mut self, place: usize, acts: &mut Vec<Act>) {
        let Some(peer) = self.peers.get_mut(place) else { return };
        if core::mem::take(&mut peer.valid) {
            acts.push(Act::Log(TimeEvent::NotReceiving { peer: peer.to_string() }));
        }
    }

    /// A resynchronisation ends when nobody is left who could still answer.
    fn conclude_resync(&mut self) {
        let over = self.peers.iter().all(|peer| peer.asked.is_none());
        if self.resync == Resync::Under && over {
            self.resync = Resync::Over(self.last);
        }
    }
}

/// Why there is no sample.
enum Trouble {
    Doubt(Doubt),
    Silence,
    NotFound,
}

/// Looks for a peer again later, each time twice as late; in how many minutes.
fn back_off(peer: &mut Peer, now: Moment) -> u32 {
    let minutes = BACKOFF << peer.backoffs.min(DOUBLINGS);
    peer.backoffs = peer.backoffs.saturating_add(1);
    peer.lost = true;
    peer.next = now.plus(Nanos::minutes(minutes.into()));
    minutes
}

/// Whole seconds, towards zero.
const fn whole(length: Nanos) -> i64 {
    length.0 / 1_000_000_000
}
