//! Normally distributed noise in whole numbers, so that it is the same on every machine.

/// Parts in a standard deviation.
pub(super) const UNIT: i128 = 1 << 19;

/// A deviation from 128 drawn bits, in parts of which [`UNIT`] are a standard deviation.
///
/// The sum of twelve even numbers of ten bits, less its mean (Irwin and Hall), each of its steps
/// cut finer by the eight bits left. Its standard deviation is 1, it is even about 0, and it is
/// never more than 6.
pub(super) fn deviate(bits: u128) -> i128 {
    let sum: u128 = (0..12).map(|index| (bits >> (10 * index)) & 0x3ff).sum();
    let fine = bits >> 120;
    // The mean of the sum is 12 · 511.5; a step of it is 512 parts.
    (i128::try_from(sum).unwrap_or(0) - 6_138) * 512 + i128::try_from(2 * fine).unwrap_or(0) - 255
}

#[cfg(test)]
mod tests {
    use kms_proto::draw::Draw;

    use super::*;

    #[test]
    fn its_ends_are_six_deviations_from_the_middle_and_alike() {
        assert_eq!(deviate(0), -deviate(u128::MAX));
        assert_eq!(deviate(u128::MAX), 6_138 * 512 + 255);
        assert!(deviate(u128::MAX) < 6 * UNIT);
    }

    #[test]
    fn its_mean_is_0_and_its_deviation_1() {
        let draws = 100_000;
        let draw = Draw::new(42);
        let (mut sum, mut squares, mut within) = (0, 0, 0);
        for index in 0..draws {
            let value = deviate(draw.keyed("pc-7", "test", 0, index, "normal"));
            sum += value;
            squares += value * value;
            within += u32::from(value.abs() <= UNIT);
        }
        let mean = sum / i128::from(draws);
        assert!(mean.abs() < UNIT / 80, "4 σ of the mean: {mean}");
        let variance = squares / i128::from(draws) * 1_000 / (UNIT * UNIT);
        assert!((982..=1018).contains(&variance), "{variance}");
        // 68.3 % of a normal distribution lie within one deviation; of this one 67.8 %.
        assert!((67_000..=69_000).contains(&within), "{within}");
    }
}
