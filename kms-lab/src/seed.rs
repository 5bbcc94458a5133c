//! The seed every draw of a run comes from.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;

use kms_proto::text::TextError;

/// A seed, as typed: a number, or `random`, which is drawn once and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

/// The seed of a run nobody gave one.
impl Default for Seed {
    fn default() -> Self {
        Self(42)
    }
}

impl FromStr for Seed {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text == "random" {
            // The standard library keys its hashers from the system's generator.
            return Ok(Self(RandomState::new().build_hasher().finish()));
        }
        text.parse().map(Self).map_err(|_| {
            TextError::new(1, "a seed is a number from 0 to 18446744073709551615, or random")
        })
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
