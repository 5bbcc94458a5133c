//! What is wrong with a clock, as a value and as a string: `+4h`, `@2020-02-02T00:00:00Z x2`.

use core::fmt;

use kms_proto::time::duration::{Nanos, write_signed};
use kms_proto::time::{FileTime, NANOS_PER_TICK};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::dst::MissedChange;
use crate::clock::jitter::Jitter;
use crate::clock::rate::Rate;
use crate::clock::shape::leap::Leap;
use crate::clock::wall_time::WallTime;
use crate::clock::zone::Mislabel;

/// Where a clock stands when its actor starts, and whether it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It shows true time plus this, and runs.
    Offset(Nanos, Rate),
    /// It shows this instant, and runs.
    Shows(WallTime, Rate),
    /// It shows this instant, and stands still.
    Still(WallTime),
}

/// A clock that is wrong on purpose; by default it is right.
///
/// The text form is the compact string of `docs/clocks.md`: an anchor or a preset,
/// then terms, each once. Its canonical form, which [`Display`](fmt::Display) gives, leaves out
/// what changes nothing, and has a preset replaced by what it stands for.
///
/// INVARIANT: `spec.to_string().parse() == Ok(spec)`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSpec {
    pub(super) anchor: Anchor,
    pub(super) effects: Effects,
    pub(super) smear: Option<Leap>,
}

/// What bends every reading, wherever the clock stands. In the order in which they apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Each reading is off by up to this, either way.
    pub jitter: Jitter,
    /// Local time and UTC are mistaken for each other.
    pub mislabel: Option<Mislabel>,
    /// A change to or from daylight saving was missed. No term of a clock string.
    pub missed: Option<MissedChange>,
    /// Readings are floored to a multiple of this.
    pub resolution: Resolution,
    /// The clock refuses to go back. No term of a clock string.
    pub forward_only: bool,
    /// The wire carries this value instead of the reading.
    pub raw: Option<FileTime>,
}

/// A length of time above 0: readings are multiples of it, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution(Nanos);

impl Resolution {
    /// A resolution of `grain`, which must be above 0.
    pub fn of(grain: Nanos) -> Option<Self> {
        (grain.0 > 0).then_some(Self(grain))
    }

    /// The multiple at or before an instant.
    pub fn floor(self, unix_nanos: i128) -> i128 {
        let grain = i128::from(self.0.0);
        unix_nanos.div_euclid(grain).saturating_mul(grain)
    }
}

/// 100 ns, the wire's grain.
impl Default for Resolution {
    fn default() -> Self {
        Self(Nanos(NANOS_PER_TICK))
    }
}

impl ClockSpec {
    /// A clock off by `offset`, and right otherwise.
    pub fn offset(offset: Nanos) -> Self {
        // The grammar writes a length after the sign, and the longest is i64::MAX.
        let held = Nanos(offset.0.max(-i64::MAX));
        Self { anchor: Anchor::Offset(held, Rate::TRUE), effects: Effects::default(), smear: None }
    }

    /// A clock that is right, but whose machine puts this value on the wire.
    pub fn raw(value: FileTime) -> Self {
        let effects = Effects { raw: Some(value), ..Effects::default() };
        Self { effects, ..Self::default() }
    }

    /// Where the clock stands at its actor's start, and whether it runs.
    pub const fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// What bends its readings.
    pub const fn effects(&self) -> Effects {
        self.effects
    }

    /// A leap second that is smeared from the first noon (UTC) at or after the actor's start,
    /// over 24 h and evenly, as Google's time servers do.
    pub const fn smear(&self) -> Option<Leap> {
        self.smear
    }

    /// What an operator should know about a clock that is legal but odd.
    ///
    /// Lengths finer than the wire's 100 ns make the edges of a window uneven, because a reading
    /// is floored towards the past: `+4h99ns` is accepted and `-4h1ns` refused.
    pub fn warnings(&self) -> Vec<String> {
        let (what, nanos) = match self.anchor {
            Anchor::Offset(offset, _) => ("offset", offset.0.into()),
            Anchor::Shows(time, _) | Anchor::Still(time) => ("instant", time.unix_nanos()),
        };
        [
            (what, nanos),
            ("jitter", self.effects.jitter.size().0.into()),
            ("resolution", self.effects.resolution.0.0.into()),
        ]
        .into_iter()
        .filter(|(_, nanos)| nanos % i128::from(NANOS_PER_TICK) != 0)
        .map(|(what, _)| {
            format!(
                "the {what} is no multiple of 100 ns, the wire's grain: readings are floored \
                 towards the past, so a window's two edges will not be alike"
            )
        })
        .collect()
    }
}

/// A clock that is right.
impl Default for ClockSpec {
    fn default() -> Self {
        Self::offset(Nanos(0))
    }
}

impl fmt::Display for ClockSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Effects { jitter, mislabel, resolution, raw, .. } = self.effects;
        let mut terms = Terms { f, any: false };
        let rate = match self.anchor {
            Anchor::Offset(Nanos(0), rate) => rate,
            Anchor::Offset(offset, rate) => {
                terms.add(format_args!("{}", Signed(offset)))?;
                rate
            }
            Anchor::Shows(time, rate) => {
                terms.add(format_args!("@{time}"))?;
                rate
            }
            Anchor::Still(time) => {
                terms.add(format_args!("={time}"))?;
                Rate::TRUE
            }
        };
        if rate != Rate::TRUE {
            terms.add(format_args!("{rate}"))?;
        }
        if jitter != Jitter::default() {
            terms.add(format_args!("jitter:{}", jitter.size()))?;
        }
        if resolution != Resolution::default() {
            terms.add(format_args!("res:{}", resolution.0))?;
        }
        if let Some(mislabel) = mislabel {
            terms.add(format_args!("{mislabel}"))?;
        }
        if let Some(leap) = self.smear {
            terms.add(format_args!("smear:{leap}"))?;
        }
        if let Some(FileTime(raw)) = raw {
            terms.add(format_args!("filetime:{raw:#x}"))?;
        }
        if terms.any { Ok(()) } else { f.write_str("0") }
    }
}

/// Writes terms with a space between them.
struct Terms<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    any: bool,
}

impl Terms<'_, '_> {
    fn add(&mut self, term: fmt::Arguments<'_>) -> fmt::Result {
        if self.any {
            self.f.write_str(" ")?;
        }
        self.any = true;
        self.f.write_fmt(term)
    }
}

/// A length with its sign.
pub(super) struct Signed(pub(super) Nanos);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_signed(f, self.0.0.into())
    }
}

impl Serialize for ClockSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
