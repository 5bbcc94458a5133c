//! The attacks, and what the host may spend on them.

use std::time::Duration;

use crate::attacks;
use crate::orders::Orders;

/// One kind of attack.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) does: fn(&Orders<'_>),
    pub(crate) way: Way,
    /// Connections or threads, and acts a second of all of them, in the short form.
    pub(crate) short: (usize, u64),
    /// The same in the full form, which reaches that rate or fails.
    pub(crate) full: (usize, u64),
    /// How long the full form goes on once it is at its height.
    pub(crate) lasts: Duration,
    /// KiB of the host's memory that each connection it holds may cost; all of it together where
    /// it holds none.
    pub(crate) bound: u64,
    /// What its acts are to the host.
    pub(crate) calls: Call,
}

/// What becomes of an attack's connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The host has them all, as long as the attack goes on.
    Holds,
    /// The host ends them at once.
    Ends,
    /// They come and go.
    Floods,
}

/// What the host counts an act as.
#[derive(Clone, Copy)]
pub(crate) enum Call {
    /// It is no call.
    None,
    /// A request of another lab.
    Foreign,
    /// A request whose message is none.
    Malformed,
}

const SECONDS: Duration = Duration::from_secs(5);

const fn holds(
    name: &'static str,
    does: fn(&Orders<'_>),
    size: (usize, usize),
    bound: u64,
) -> Attack {
    Attack {
        name,
        does,
        way: Way::Holds,
        short: (size.0, 0),
        full: (size.1, 0),
        lasts: SECONDS,
        bound,
        calls: Call::None,
    }
}

/// Four threads, a thousand acts a second between them.
const fn floods(name: &'static str, does: fn(&Orders<'_>), calls: Call) -> Attack {
    let (short, full) = ((4, 200), (4, 1000));
    Attack { name, does, way: Way::Floods, short, full, lasts: SECONDS, bound: 4096, calls }
}

const LONG: Duration = Duration::from_secs(12);

pub(crate) const ATTACKS: &[Attack] = &[
    holds("idle", attacks::idle, (400, 8000), 24),
    holds("idle-bound", attacks::idle_bound, (400, 8000), 32),
    // A byte a second on each.
    Attack {
        short: (200, 10_000),
        full: (1000, 1000),
        lasts: LONG,
        ..holds("slow-loris", attacks::slow_loris, (0, 0), 32)
    },
    Attack { lasts: LONG, ..holds("half-open", attacks::half_open, (100, 1000), 32) },
    Attack {
        way: Way::Ends,
        // The allocator keeps what they took for the moment that they were all there.
        bound: 16_384,
        ..holds("half-closed", attacks::half_closed, (100, 1000), 0)
    },
    floods("connects", attacks::connects, Call::None),
    floods("binds", attacks::binds, Call::None),
    floods("foreign", attacks::foreign, Call::Foreign),
    floods("malformed", attacks::malformed, Call::Malformed),
    Attack {
        short: (1, 1),
        full: (1, 1000),
        ..floods("alterations", attacks::alterations, Call::None)
    },
    holds("endless-fragments", attacks::endless_fragments, (20, 100), 600),
    holds("huge-hints", attacks::huge_hints, (100, 1000), 40),
    holds("deaf", attacks::deaf, (2, 100), 64),
];
