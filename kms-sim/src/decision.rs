//! The four ways an exchange ends.

use core::fmt;

use serde::Serialize;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It was sealed with this realm's keys, and granted.
    Granted,
    /// It was sealed with this realm's keys, and refused.
    Refused,
    /// It was a request, but not sealed with this realm's keys; refused.
    Foreign,
    /// It was no request; refused.
    Malformed,
}

/// The word the journal uses: `granted`.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Foreign => "foreign",
            Self::Malformed => "malformed",
        })
    }
}
