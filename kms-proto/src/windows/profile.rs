//! Whose layout of texts is printed.

use core::fmt;
use core::str::FromStr;

use serde::Serialize;

use crate::text::TextError;

/// The generation of Windows whose slmgr is imitated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Windows 7 and Windows Server 2008 R2.
    Windows7,
    /// Windows 8, Windows Server 2012 and everything later.
    #[default]
    Windows8,
}

impl Profile {
    /// The build number that stands in extended product ids.
    pub const fn build(self) -> u32 {
        match self {
            Self::Windows7 => 7601,
            Self::Windows8 => 9600,
        }
    }
}

/// `windows7` or `windows8`.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Windows7 => "windows7",
            Self::Windows8 => "windows8",
        })
    }
}

impl FromStr for Profile {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "windows7" => Ok(Self::Windows7),
            "windows8" => Ok(Self::Windows8),
            _ => Err(TextError::new(1, "one of windows7, windows8 (8 and later)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for profile in [Profile::Windows7, Profile::Windows8] {
            assert_eq!(profile.to_string().parse(), Ok(profile));
        }
        assert!("windows95".parse::<Profile>().is_err());
    }
}
