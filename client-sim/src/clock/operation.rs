//! What can happen to a clock, in Jepsen's words where it has them.

mod fields;
mod table;

use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::clock::fields::{FieldError, Fields};
use crate::clock::jitter::Jitter;
use crate::clock::ppm::Ppm;
use crate::clock::rate::Rate;
use crate::clock::set::SetTo;
use crate::clock::shape::leap::Leap;
use crate::clock::shape::sine::Sine;
use crate::clock::shape::slew::Slew;
use crate::clock::shape::smear::Curve;
use crate::clock::shape::strobe::Strobe;
use crate::clock::snapshot::Return;
use crate::clock::wall_time::WallTime;
use crate::clock::zone::{Mislabel, Zone};

/// An operation on a clock (the reference's `harness.md` §4.4).
///
/// In a scenario file a table with `op` and the arguments named below; an argument that is not
/// known is an error, and so is a length finer than the wire's 100 ns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `check`: nothing, but what the clock shows is recorded.
    Check,
    /// `reset`: ends all that is wrong with the clock, which reads true time from here on.
    Reset,
    /// `bump` or `step`, `by`: one jump.
    Step(Nanos),
    /// `set`, `to`: makes it read this.
    Set(SetTo),
    /// `strobe`, `delta`, `period`, `for`: throws it to and fro.
    Strobe(Strobe),
    /// `slew`, `by`, and `max_ppm` or `over`: one correction, little by little.
    Slew(Slew),
    /// `rate`, `x` or `ppm`: makes it run at another rate from where it is.
    Rate(Rate),
    /// `freeze`: stops it.
    Freeze,
    /// `resume`, `sync`: lets it go on.
    Resume {
        /// It jumps to what it would show; else it stays behind.
        sync: bool,
    },
    /// `pause`, `for`, `sync`: the machine does nothing for a while, and its clock stands.
    Pause {
        /// How long.
        length: Nanos,
        /// As for `resume`.
        sync: bool,
    },
    /// `walk`, `sd_ppm`, `grid` (1 s): lets its frequency wander.
    Walk {
        /// The standard deviation of one change of the frequency.
        deviation: Ppm,
        /// The length between two changes.
        grid: Nanos,
    },
    /// `jitter`, `size`, `dist` (`uniform` or `normal`): noise on every reading.
    Jitter(Jitter),
    /// `sine`, `amplitude`, `period`, `phase` (0): carries it to and fro.
    Sine(Sine),
    /// `smear`, `leap`, `centre`, `over` (24 h), `shape` (`linear` or `cosine`): a leap second
    /// spread over hours.
    Smear {
        /// Which.
        leap: Leap,
        /// The moment at which half is made, of true time; without it the smear begins at once.
        centre: Option<WallTime>,
        /// How long it takes.
        over: Nanos,
        /// How it is spread.
        curve: Curve,
    },
    /// `leap`, `sign`, `at`: a leap second.
    Leap {
        /// Which.
        leap: Leap,
        /// When, in true time; without it at once.
        at: Option<WallTime>,
    },
    /// `zone`, and `local-as-utc` or `utc-as-local`: mistakes local time and UTC, or no longer.
    Zone(Option<Mislabel>),
    /// `dst-missed`, `zone`: it does not follow the zone's next change.
    DstMissed(Zone),
    /// `snapshot`, `name`: saves it.
    Snapshot {
        /// The name to save it under.
        name: Box<str>,
    },
    /// `rollback`, `name`, `clock` (`saved` or `host`), `state`: takes it back.
    Rollback {
        /// The name it was saved under.
        name: Box<str>,
        /// What it shows then.
        clock: Return,
        /// Whether the machine returns to its saved state, too.
        state: bool,
    },
    /// `battery`, `to`: what it shows after the machine's next start.
    Battery(WallTime),
    /// `raw`, `filetime`: what goes on the wire instead, or no longer.
    Raw(Option<FileTime>),
    /// `clamp-forward`, `enabled` (`true`): whether it refuses to go back.
    ClampForward(bool),
}

impl Operation {
    /// The names of all operations, as files have them.
    pub const NAMES: [&str; 23] = [
        "check",
        "reset",
        "bump",
        "step",
        "set",
        "strobe",
        "slew",
        "rate",
        "freeze",
        "resume",
        "pause",
        "walk",
        "jitter",
        "sine",
        "smear",
        "leap",
        "zone",
        "dst-missed",
        "snapshot",
        "rollback",
        "battery",
        "raw",
        "clamp-forward",
    ];

    /// Reads the table of an operation alone.
    ///
    /// # Errors
    ///
    /// With the key at fault, when one is missing, not known or cannot be read.
    pub fn from_map(map: Map<String, Value>) -> Result<Self, FieldError> {
        let mut fields = Fields::new(map);
        let operation = Self::from_fields(&mut fields)?;
        fields.finish()?;
        Ok(operation)
    }

    /// Its name; of two the first.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Reset => "reset",
            Self::Step(_) => "bump",
            Self::Set(_) => "set",
            Self::Strobe(_) => "strobe",
            Self::Slew(_) => "slew",
            Self::Rate(_) => "rate",
            Self::Freeze => "freeze",
            Self::Resume { .. } => "resume",
            Self::Pause { .. } => "pause",
            Self::Walk { .. } => "walk",
            Self::Jitter(_) => "jitter",
            Self::Sine(_) => "sine",
            Self::Smear { .. } => "smear",
            Self::Leap { .. } => "leap",
            Self::Zone(_) => "zone",
            Self::DstMissed(_) => "dst-missed",
            Self::Snapshot { .. } => "snapshot",
            Self::Rollback { .. } => "rollback",
            Self::Battery(_) => "battery",
            Self::Raw(_) => "raw",
            Self::ClampForward(_) => "clamp-forward",
        }
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Map::<String, Value>::deserialize(deserializer)?;
        Self::from_map(map).map_err(de::Error::custom)
    }
}
