//! Lengths in a time that passes faster.

use kms_proto::time::duration::Nanos;

/// A length, so many times as long; the longest there is where that is longer.
#[expect(
    clippy::float_cmp,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "1 is exact; nothing here waits for 2^53 ns, and a cast from f64 holds at the ends"
)]
pub fn scaled(length: Nanos, by: f64) -> Nanos {
    if by == 1.0 { length } else { Nanos((length.0 as f64 * by) as i64) }
}
