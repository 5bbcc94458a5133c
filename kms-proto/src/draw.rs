//! Randomness as an argument: every draw is named, and adding one moves no other.
//!
//! A draw is SipHash-1-3 (128-bit output) of the seed and the words that say what it is for:
//! actor, purpose, connection ordinal, message ordinal, name. There is no stream, so neither a
//! rule more nor a thread sooner changes what any other draw gives.

use core::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// Tells this hash from any other use of `SipHash` over the same words.
const LABEL: u64 = u64::from_le_bytes(*b"kms-lab1");

/// Draws under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    seed: u64,
}

impl Draw {
    /// Draws under `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// 128 bits for these words.
    ///
    /// Texts go in with their length before them (u64, little-endian), ordinals as u64
    /// little-endian, so no two sets of words share an encoding.
    pub fn keyed(
        self,
        actor: &str,
        purpose: &str,
        connection: u64,
        message: u64,
        name: &str,
    ) -> u128 {
        let mut hasher = SipHasher13::new_with_keys(self.seed, LABEL);
        for text in [actor, purpose] {
            write_text(&mut hasher, text);
        }
        write_u64(&mut hasher, connection);
        write_u64(&mut hasher, message);
        write_text(&mut hasher, name);
        let hash = hasher.finish128();
        (u128::from(hash.h2) << 64) | u128::from(hash.h1)
    }

    /// A number in `0..bound` for these words; 0 when `bound` is 0.
    ///
    /// The high part of a 64 by 64 bit product: off from uniform by at most `bound` / 2⁶⁴.
    pub fn below(
        self,
        bound: u64,
        actor: &str,
        purpose: &str,
        ordinals: (u64, u64),
        name: &str,
    ) -> u64 {
        let bits = self.keyed(actor, purpose, ordinals.0, ordinals.1, name);
        let low = bits & u128::from(u64::MAX);
        u64::try_from((low * u128::from(bound)) >> 64).unwrap_or(0)
    }
}

fn write_text(hasher: &mut SipHasher13, text: &str) {
    write_u64(hasher, u64::try_from(text.len()).unwrap_or(u64::MAX));
    hasher.write(text.as_bytes());
}

/// Little-endian: `Hasher::write_u64` takes the number's bytes in the order of the machine.
fn write_u64(hasher: &mut SipHasher13, number: u64) {
    hasher.write_u64(number.to_le());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_of_a_draw_matters_and_the_same_words_give_the_same_bits() {
        let base = Draw::new(42).keyed("host", "salt", 1, 2, "R");
        assert_eq!(base, Draw::new(42).keyed("host", "salt", 1, 2, "R"));
        for other in [
            Draw::new(43).keyed("host", "salt", 1, 2, "R"),
            Draw::new(42).keyed("hosts", "alt", 1, 2, "R"),
            Draw::new(42).keyed("host", "salt", 2, 2, "R"),
            Draw::new(42).keyed("host", "salt", 1, 1, "R"),
            Draw::new(42).keyed("host", "salt", 1, 2, "T"),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn golden_vectors_hold_on_every_machine() {
        assert_eq!(Draw::new(0).keyed("", "", 0, 0, ""), GOLDEN[0]);
        assert_eq!(Draw::new(42).keyed("host", "salt", 1, 2, "R"), GOLDEN[1]);
        assert_eq!(Draw::new(u64::MAX).keyed("pc-7", "clock", 3, 9, "jitter"), GOLDEN[2]);
    }

    #[test]
    fn a_number_below_a_bound_is_the_high_part_of_a_product() {
        // Of the low 64 bits of the second and of the third golden vector.
        for (bound, numbers) in [
            (0, [0, 0]),
            (1, [0, 0]),
            (1000, [43, 270]),
            (1 << 32, [0x0b08_6a42, 0x4558_3fe6]),
            (u64::MAX, [0x0b08_6a42_b144_2c34, 0x4558_3fe6_24bb_5fb4]),
        ] {
            let draws = [
                Draw::new(42).below(bound, "host", "salt", (1, 2), "R"),
                Draw::new(u64::MAX).below(bound, "pc-7", "clock", (3, 9), "jitter"),
            ];
            assert_eq!(draws, numbers, "below {bound}");
        }
        assert_eq!(Draw::new(42).seed(), 42);
    }

    // From an independent implementation of SipHash-1-3 with 128 bits of output.
    const GOLDEN: [u128; 3] = [
        0x975c_53b9_8241_d8f5_2035_d5fb_da89_d3a0,
        0x0854_9349_7191_7a6d_0b08_6a42_b144_2c35,
        0x7294_5e0d_30a7_169e_4558_3fe6_24bb_5fb5,
    ];
}
