//! Carries out operations on a clock.

use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;

use crate::clock::Clock;
use crate::clock::applied::{Applied, Ask, Note};
use crate::clock::base::{Line, Segment};
use crate::clock::dst::MissedChange;
use crate::clock::operation::Operation;
use crate::clock::rate::Rate;
use crate::clock::set::SetTo;
use crate::clock::shape::leap::LeapSecond;
use crate::clock::shape::smear::Smear;
use crate::clock::shape::walk::{Key, Walk};
use crate::clock::shape::{Form, Shape};
use crate::clock::spec::Effects;
use crate::clock::standstill::End;
use crate::clock::wall_time::WallTime;

impl Clock {
    /// Applies an operation at a moment: it is in force for a reading at that very moment.
    ///
    /// Of several at one moment each finds what the one before left. None is an error: one that
    /// cannot do what it says is noted.
    pub fn apply(&mut self, at: Moment, operation: &Operation) -> Applied {
        let at = self.operate(at);
        let before = self.peek(at);
        let (note, asks) = self.carry_out(at, operation);
        Applied { at, before, after: self.peek(at), asks, note }
    }

    /// The machine starts anew; a clock whose battery is empty begins where its board does.
    pub fn bounce(&mut self, at: Moment) -> Applied {
        let at = self.operate(at);
        let before = self.peek(at);
        if let Some(time) = self.battery.take() {
            self.set_to(at, &SetTo::Instant(time));
        }
        Applied { at, before, after: self.peek(at), asks: None, note: None }
    }

    /// Sets the clock: from `at` on it reads `to`, and runs on at the rate it had.
    ///
    /// Whoever sets a clock sets what it reads, so a mistaken zone and a raw value on the wire end
    /// here, and the time service gives up a correction under way. Its rate, resolution and jitter
    /// are the machine's and stay. A time source by its name sets nothing: a clock knows none.
    pub fn set(&mut self, at: Moment, to: &SetTo) {
        let at = self.operate(at);
        self.set_to(at, to);
    }

    /// Makes the clock jump by a signed length, once.
    pub fn step(&mut self, at: Moment, by: Nanos) {
        let at = self.operate(at);
        self.steps.push(at, by);
    }

    /// The moment at which an operation takes place, with all behind it that has come by itself.
    fn operate(&mut self, at: Moment) -> Moment {
        self.last_operation = self.last_operation.max(at);
        if let Some(end) = self.standstill.and_then(|stands| stands.over_by(self.last_operation)) {
            self.resume(end);
        }
        self.last_operation
    }

    fn carry_out(&mut self, at: Moment, operation: &Operation) -> (Option<Note>, Option<Ask>) {
        let note = match operation {
            Operation::Check => None,
            Operation::Reset => self.reset(at),
            Operation::Step(by) => {
                self.steps.push(at, *by);
                None
            }
            Operation::Set(SetTo::Source(name)) => Some(Note::NoSource(name.clone())),
            Operation::Set(to) => {
                self.set_to(at, to);
                None
            }
            Operation::Strobe(strobe) => self.shape(at, Form::Strobe(*strobe)),
            Operation::Slew(slew) => self.shape(at, Form::Slew(*slew)),
            Operation::Sine(sine) => self.shape(at, Form::Sine(*sine)),
            Operation::Walk { deviation, grid } => {
                let ordinal = self.shapes.walks();
                let key = Key { draw: self.draw, actor: self.actor.clone(), ordinal };
                let walk = Walk::new(*deviation, *grid, key).map(Form::Walk);
                walk.map_or(Some(Note::Empty), |walk| self.shape(at, walk))
            }
            Operation::Smear { leap, centre, over, curve } => {
                let begins_now = at.plus(Nanos(over.0 / 2));
                let centre = centre.map_or(begins_now, WallTime::moment);
                let smear = Smear::new(*leap, centre, *over, *curve).map(Form::Smear);
                smear.map_or(Some(Note::Empty), |smear| self.shape(at, smear))
            }
            Operation::Leap { leap, at: when } => {
                let when = when.map_or(at, WallTime::moment);
                let late = (when < at).then_some(Note::Empty);
                late.or_else(|| self.shape(when, Form::Leap(LeapSecond(*leap))))
            }
            Operation::Rate(rate) => {
                self.run_at(at, *rate);
                None
            }
            Operation::Freeze => (!self.stand(at, None)).then_some(Note::Stands),
            Operation::Resume { sync } => {
                (!self.resume(End { at, sync: *sync })).then_some(Note::Runs)
            }
            Operation::Pause { length, sync } => {
                if length.0 <= 0 {
                    return (Some(Note::Empty), None);
                }
                let until = at.plus(*length);
                let ran = self.stand(at, Some(End { at: until, sync: *sync }));
                self.paused = self.paused.max(Some(until));
                return ((!ran).then_some(Note::Stands), Some(Ask::Pause(until)));
            }
            Operation::Jitter(jitter) => self.bend(at, |was| Effects { jitter: *jitter, ..was }),
            Operation::Zone(mislabel) => {
                self.bend(at, |was| Effects { mislabel: *mislabel, ..was })
            }
            Operation::Raw(raw) => self.bend(at, |was| Effects { raw: *raw, ..was }),
            Operation::DstMissed(zone) => {
                let shows = self.runs_at(&self.segment_at(at), at);
                match MissedChange::next(*zone, shows) {
                    None => Some(Note::NoChange),
                    missed => self.bend(at, |was| Effects { missed, ..was }),
                }
            }
            Operation::ClampForward(on) => {
                self.highest = on.then(|| (at, self.peek(at).wall));
                self.bend(at, |was| Effects { forward_only: *on, ..was })
            }
            Operation::Battery(to) => {
                self.battery = Some(*to);
                Some(Note::AtBounce)
            }
            Operation::Snapshot { name } => {
                self.save(at, name);
                return (None, Some(Ask::Save(name.clone())));
            }
            Operation::Rollback { name, clock, state } => {
                if !self.roll_back(at, name, *clock) {
                    return (Some(Note::NoSnapshot(name.clone())), None);
                }
                return (None, state.then(|| Ask::Restore(name.clone())));
            }
        };
        (note, None)
    }

    /// Ends all that is wrong.
    fn reset(&mut self, at: Moment) -> Option<Note> {
        self.shapes.end_all(at);
        self.standstill = None;
        self.paused = None;
        self.battery = None;
        self.highest = None;
        let moved = self.steps.sum_at(at).saturating_add(self.shapes.sum_at(at));
        let shows = i128::from(at.0).saturating_sub(moved);
        let line = Line { at, shows, rate: Rate::TRUE };
        self.base.push(Segment { from: at, line, held: None, effects: Effects::default() });
        None
    }

    pub(super) fn set_to(&mut self, at: Moment, to: &SetTo) {
        let reads = match to {
            SetTo::Offset(offset) => i128::from(at.0) + i128::from(offset.0),
            SetTo::Instant(time) => time.unix_nanos(),
            SetTo::Source(_) => return,
        };
        self.shapes.end_corrections(at);
        self.show(at, reads, |was| {
            let missed = was.missed.filter(|missed| !missed.is_over(reads));
            Effects { mislabel: None, missed, raw: None, ..was }
        });
    }

    /// Lets a clock that stands run, along what it shows.
    pub(super) fn go_on(&mut self, at: Moment) {
        self.resume(End { at, sync: false });
    }

    /// Bends readings in another way from here on.
    pub(super) fn bend(&mut self, at: Moment, to: impl FnOnce(Effects) -> Effects) -> Option<Note> {
        let segment = self.segment_at(at);
        self.base.push(Segment { from: at, effects: to(segment.effects), ..segment });
        None
    }

    fn shape(&mut self, at: Moment, form: Form) -> Option<Note> {
        self.shapes.push(Shape::new(form, at));
        None
    }
}
