//! What a clock gave when it was asked.

use kms_proto::time::{FileTime, Moment, NANOS_PER_TICK, Skew};

/// One reading, taken once and passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What goes on the wire: the clock's value, or the raw one instead.
    pub filetime: FileTime,
    /// What the clock shows, to its own machine too.
    pub wall: FileTime,
    /// What the fault put in: `filetime` minus what a true clock would have read.
    pub injected: Skew,
    /// The clock shows a time no FILETIME holds, and `wall` is the nearest that one does.
    pub saturated: bool,
}

impl Reading {
    /// The reading of a clock that shows `unix_nanos`, or `least` if that is later, at `at`.
    pub(super) fn new(
        unix_nanos: i128,
        least: Option<FileTime>,
        raw: Option<FileTime>,
        at: Moment,
    ) -> Self {
        let held = FileTime::from_unix_nanos(unix_nanos);
        let wall = least.map_or(held, |least| least.max(held));
        let filetime = raw.unwrap_or(wall);
        Self {
            filetime,
            wall,
            injected: filetime.skew_from(at.filetime()),
            saturated: held.unix_nanos() != on_grain(unix_nanos),
        }
    }
}

/// An instant floored to a tick.
fn on_grain(unix_nanos: i128) -> i128 {
    let grain = i128::from(NANOS_PER_TICK);
    unix_nanos.div_euclid(grain).saturating_mul(grain)
}
