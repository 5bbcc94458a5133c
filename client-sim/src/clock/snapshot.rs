//! What of a clock a virtual machine's snapshot keeps.

use kms_proto::time::Moment;

use crate::clock::Clock;
use crate::clock::set::SetTo;
use crate::clock::spec::Effects;

/// A clock as it was when its machine was saved.
///
/// What moves it from outside, a strobe or a walk, is no part of it and goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What it showed before effects: ns since the Unix epoch.
    shows: i128,
    effects: Effects,
}

/// What the clock shows after a rollback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Return {
    /// What it showed when the machine was saved.
    #[default]
    Saved,
    /// What the hypervisor's clock shows: true time.
    Host,
}

impl Clock {
    /// Saves the clock under a name; one saved under that name before is forgotten.
    pub(super) fn save(&mut self, at: Moment, name: &str) {
        let segment = self.segment_at(at);
        let shows = self.runs_at(&segment, at);
        self.snapshots.insert(name.into(), Snapshot { shows, effects: segment.effects });
    }

    /// Takes the clock back to what was saved. Whether something was.
    ///
    /// It runs from there, also if it stood, then or now.
    pub(super) fn roll_back(&mut self, at: Moment, name: &str, to: Return) -> bool {
        let Some(Snapshot { shows, effects }) = self.snapshots.get(name).copied() else {
            return false;
        };
        self.go_on(at);
        match to {
            Return::Host => self.set_to(at, &SetTo::TRUE),
            Return::Saved => {
                self.shapes.end_corrections(at);
                self.show(at, shows, |_| effects);
                self.highest = None;
                self.highest = effects.forward_only.then(|| (at, self.peek(at).wall));
            }
        }
        true
    }
}
