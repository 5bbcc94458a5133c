//! Sine and cosine in whole numbers, so that they are the same on every machine.
//!
//! Angles are fractions of a turn in 2⁶⁴ths, results are in 2⁶²nds, off by at most 64 of them
//! (1.4 · 10⁻¹⁷); exact at every quarter of a turn.

/// 1 in the unit of the results.
pub(super) const ONE: i128 = 1 << 62;

/// A quarter of a turn.
const QUARTER: u64 = 1 << 62;

/// π / 2 in 2⁶²nds.
const HALF_PI: i128 = 0x6487_ed51_10b4_611a;

/// Terms of the series; the next is below 2⁻⁶² for any angle in the first quarter.
const TERMS: i128 = 13;

/// The fraction of a turn that `part` is of `whole`, whole turns left out.
///
/// 0 when `whole` is 0.
pub(super) fn turn(part: i128, whole: u64) -> u64 {
    let Some(rest) = part.checked_rem_euclid(whole.into()) else { return 0 };
    // The rest is below 2⁶⁴, so it has room.
    let wide = rest.unsigned_abs() << 64;
    wide.checked_div(whole.into()).and_then(|turn| u64::try_from(turn).ok()).unwrap_or(0)
}

/// The sine of a fraction of a turn.
pub(super) fn sine(turn: u64) -> i128 {
    let (quarter, within) = (turn / QUARTER, turn % QUARTER);
    let up = quarter.is_multiple_of(2);
    let size = first_quarter(if up { within } else { QUARTER - within });
    if quarter < 2 { size } else { -size }
}

/// The cosine of a fraction of a turn.
pub(super) fn cosine(turn: u64) -> i128 {
    sine(turn.wrapping_add(QUARTER))
}

/// The sine of an angle in the first quarter, by its series from the last term to the first.
fn first_quarter(within: u64) -> i128 {
    if within == QUARTER {
        return ONE;
    }
    let x = i128::from(within) * HALF_PI / ONE;
    let square = x * x / ONE;
    let series =
        (1..=TERMS).rev().fold(ONE, |rest, n| ONE - square * rest / ONE / (2 * n * (2 * n + 1)));
    (x * series / ONE).min(ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_exact() {
        let quarters = [0, 1, 2, 3].map(|quarter| sine(quarter * QUARTER));
        assert_eq!(quarters, [0, ONE, 0, -ONE]);
        assert_eq!([0, 1, 2, 3].map(|q| cosine(q * QUARTER)), [ONE, 0, -ONE, 0]);
    }

    #[test]
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a test compares floats"
    )]
    fn it_is_the_sine() {
        for step in 0..=10_000_u64 {
            let turn = step * (u64::MAX / 10_000);
            let angle = turn as f64 / 2_f64.powi(64) * core::f64::consts::TAU;
            let found = sine(turn) as f64 / ONE as f64;
            assert!((found - angle.sin()).abs() < 4e-15, "{step}: {found} {}", angle.sin());
        }
    }

    #[test]
    fn it_is_the_sine_to_the_last_bits() {
        // From an independent computation with 60 digits: turns of 1/12, 1/8, 1/6 and 1/7.
        for (part, whole, expected) in [
            (1, 12, 2_305_843_009_213_693_952_i128),
            (1, 8, 3_260_954_456_333_195_553),
            (1, 6, 3_993_837_246_235_628_775),
            (1, 7, 3_605_561_316_464_170_519),
        ] {
            let found = sine(turn(part, whole));
            assert!((found - expected).abs() <= 64, "{part}/{whole}: {found}");
        }
    }

    #[test]
    fn turns_wrap_and_nothing_divides_by_nothing() {
        assert_eq!(turn(-1, 4), 3 * QUARTER);
        assert_eq!(turn(9, 4), QUARTER);
        assert_eq!(turn(i128::MAX, 0), 0);
        assert_eq!(turn(i128::from(u64::MAX) - 1, u64::MAX), u64::MAX - 1);
    }
}
