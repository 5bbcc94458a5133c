//! Wrong clocks drawn from the seed, most of them where the verdict of a host changes.

mod schedule;

use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, NANOS_PER_TICK};

use crate::clock::event::ClockEvent;
use crate::clock::preset::PRESETS;
use crate::clock::spec::ClockSpec;

/// How far around an edge a clock is drawn, in ticks: nothing, 100 ns, 1 ms, 1 s, 1 min, each way.
const AROUND: [i64; 9] =
    [0, 1, -1, 10_000, -10_000, 10_000_000, -10_000_000, 600_000_000, -600_000_000];

/// Ten years of 365.25 days, in ticks.
const TEN_YEARS: u64 = 3_155_760_000_000_000;

/// Values at the corners of the wire's 64 bits.
const CORNERS: [u64; 5] = [0, 1, (1 << 63) - 1, 1 << 63, u64::MAX];

/// What the draws here are for.
const PURPOSE: &str = "boundary";

/// A mixture of wrong clocks around the edges of a window; [`Kind`] has its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// How far behind and ahead the edges are.
    behind: Nanos,
    ahead: Nanos,
}

/// Clocks around the edges of this window; where there is none, of the default one, 4 h.
pub fn boundary(window: Window) -> Boundary {
    match (window, Window::default()) {
        (Window::Within { behind, ahead }, _) | (_, Window::Within { behind, ahead }) => {
            Boundary { behind, ahead }
        }
        (Window::Off, Window::Off) => Boundary { behind: Nanos::hours(4), ahead: Nanos::hours(4) },
    }
}

/// Which part of the mixture a clock is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 40 %: at an edge, or 100 ns, 1 ms, 1 s or 1 min to either side of it.
    Edge,
    /// 25 %: 100 ns to 10 years either way, each octave as likely as any other.
    Magnitude,
    /// 15 %: a preset.
    Preset,
    /// 10 %: right at first; then two to six operations around the edges.
    Schedule,
    /// 5 %: a value at a corner of the wire's 64 bits.
    Raw,
    /// 5 %: right, to compare with.
    Control,
}

/// A clock that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongClock {
    /// The part of the mixture it is from.
    pub kind: Kind,
    /// What is wrong with it at its actor's start.
    pub spec: ClockSpec,
    /// What happens to it later, in the order of time.
    pub events: Vec<ClockEvent>,
}

impl Boundary {
    /// The n-th clock the seed gives to an actor. No other actor and no other n changes it.
    pub fn draw(self, draw: Draw, actor: &str, n: u64) -> WrongClock {
        let words = Words { draw, actor, n };
        let plain = |kind, spec| WrongClock { kind, spec, events: Vec::new() };
        match words.below(100, "kind") {
            0..40 => plain(Kind::Edge, ClockSpec::offset(self.edge(words, ""))),
            40..65 => plain(Kind::Magnitude, ClockSpec::offset(magnitude(words))),
            65..80 => plain(Kind::Preset, preset(words)),
            80..90 => {
                let events = schedule::drawn(self, words);
                WrongClock { kind: Kind::Schedule, spec: ClockSpec::default(), events }
            }
            90..95 => {
                let corner = words.one_of(&CORNERS, "corner");
                plain(Kind::Raw, ClockSpec::raw(FileTime(corner)))
            }
            _ => plain(Kind::Control, ClockSpec::default()),
        }
    }

    /// An offset at or around an edge; `which` tells several of one clock from each other.
    fn edge(self, words: Words<'_>, which: &str) -> Nanos {
        let around = words.one_of(&AROUND, &format!("around{which}"));
        let edge = match words.below(2, &format!("side{which}")) {
            0 => self.ahead,
            _ => Nanos(self.behind.0.saturating_neg()),
        };
        Nanos(edge.0.saturating_add(around.saturating_mul(NANOS_PER_TICK)))
    }

    /// How far behind the window begins, or a little less or more; never negative.
    fn behind(self, words: Words<'_>, which: &str) -> Nanos {
        let around = words.one_of(&AROUND, &format!("around{which}"));
        let nanos = self.behind.0.saturating_add(around.saturating_mul(NANOS_PER_TICK));
        Nanos(nanos.max(NANOS_PER_TICK))
    }
}

/// Of these actors the ones whose clocks go wrong: each as likely as not, by its own name, and
/// one at least.
pub fn subset<'a>(draw: Draw, actors: &[&'a str]) -> Vec<&'a str> {
    let drawn = |actor: &str| Words { draw, actor, n: 0 }.bits("wrong");
    let mut wrong: Vec<&str> = actors.iter().copied().filter(|a| drawn(a) % 2 == 0).collect();
    if wrong.is_empty() {
        wrong.extend(actors.iter().copied().min_by_key(|actor| drawn(actor)));
    }
    wrong
}

/// The words that every draw for one clock shares.
#[derive(Clone, Copy, Debug)]
struct Words<'a> {
    draw: Draw,
    actor: &'a str,
    n: u64,
}

impl Words<'_> {
    fn bits(self, name: &str) -> u128 {
        self.draw.keyed(self.actor, PURPOSE, 0, self.n, name)
    }

    fn below(self, bound: u64, name: &str) -> u64 {
        self.draw.below(bound, self.actor, PURPOSE, (0, self.n), name)
    }

    /// From `low` to `high`, both inside.
    fn between(self, low: i64, high: i64, name: &str) -> i64 {
        let drawn = self.below(high.abs_diff(low).saturating_add(1), name);
        low.saturating_add_unsigned(drawn)
    }

    /// One of the values; the default when there is none.
    fn one_of<T: Copy + Default>(self, values: &[T], name: &str) -> T {
        let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(self.below(count, name)).unwrap_or_default();
        values.get(index).copied().unwrap_or_default()
    }
}

/// 100 ns to 10 years: an octave, then evenly in it; either way.
fn magnitude(words: Words<'_>) -> Nanos {
    let octaves = u64::from(TEN_YEARS.ilog2()) + 1;
    let low = 1_u64 << words.below(octaves, "octave");
    let high = (low * 2).min(TEN_YEARS + 1);
    let ticks = low + words.below(high - low, "magnitude");
    let nanos = i64::try_from(ticks).unwrap_or(i64::MAX).saturating_mul(NANOS_PER_TICK);
    Nanos(if words.below(2, "sign") == 0 { nanos } else { -nanos })
}

fn preset(words: Words<'_>) -> ClockSpec {
    let texts = PRESETS.map(|preset| preset.clock);
    words.one_of(&texts, "preset").parse().unwrap_or_default()
}
