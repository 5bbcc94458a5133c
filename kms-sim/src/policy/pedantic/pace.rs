//! A client waits for the interval it was told.

use kms_proto::time::{FileTime, TICKS_PER_SECOND};

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0x8007000D` a request that comes before `interval` minutes have passed since the
/// same machine's last, by the host's clock; of a clock that went back nothing is known.
pub fn rule(before: FileTime, now: FileTime, interval: u32) -> Option<Refused> {
    let passed = now.0.checked_sub(before.0)?;
    let why = Why::TooSoon { passed, interval };
    let whole = u64::from(interval) * 60 * TICKS_PER_SECOND;
    (passed < whole).then_some(Refused::new(Refusal::INVALID_DATA, why))
}
