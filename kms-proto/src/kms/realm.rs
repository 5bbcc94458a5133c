//! The name a lab's seal keys are derived from.

use core::fmt;
use core::str::FromStr;

use crate::text::TextError;

/// UTF-8, 1 to 64 bytes, compared as bytes: no trimming, no folding, no normalising.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm(String);

impl Realm {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `kms-lab`.
impl Default for Realm {
    fn default() -> Self {
        Self("kms-lab".to_owned())
    }
}

impl FromStr for Realm {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text.len() {
            0 => Err(TextError::new(1, "a realm has a name of 1 to 64 bytes")),
            1..=64 => Ok(Self(text.to_owned())),
            length => {
                Err(TextError::new(1, format!("a realm's name has at most 64 bytes, not {length}")))
            }
        }
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
