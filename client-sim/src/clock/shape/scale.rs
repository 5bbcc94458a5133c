//! Products and quotients wider than what comes out of them.

/// More nanoseconds than any reading holds, far from the ends of `i128`: what overflows is held
/// here, and the reading says that it is saturated.
pub const HELD: i128 = i128::MAX >> 8;

/// `one · other / divisor`, floored, and held at ± [`HELD`] when the product has no room.
pub fn scaled(one: i128, other: i128, divisor: i128) -> i128 {
    match one.checked_mul(other).and_then(|product| product.checked_div_euclid(divisor)) {
        Some(value) => value.clamp(-HELD, HELD),
        None if one.is_negative() == other.is_negative() => HELD,
        None => -HELD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_floored_and_held() {
        for (one, other, divisor, expected) in [
            (7, 3, 2, 10),
            (-7, 3, 2, -11),
            (i128::MAX, 2, 3, HELD),
            (i128::MAX, -2, 3, -HELD),
            (i128::MIN, -1, 1, HELD),
            (i128::MAX, 1, 1, HELD),
        ] {
            assert_eq!(scaled(one, other, divisor), expected, "{one} {other} {divisor}");
        }
    }
}
