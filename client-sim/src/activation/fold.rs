//! Which code a surface shows: Windows folds most failures into `0xC004F074`.

use core::fmt;
use core::str::FromStr;

use kms_proto::kms::catalogue;
use kms_proto::kms::hresult::HResult;
use kms_proto::text::TextError;
use serde::Serialize;

/// What event 12288 carries when slmgr shows `0xC004F074`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoldProfile {
    /// The true code, as KB 974998 documents it.
    #[default]
    Documented,
    /// The true code, and slmgr shows it too: no source says when it shows which.
    Open,
    /// What slmgr shows: as some administrators met it, the true code is nowhere on the machine.
    Silent,
}

impl FoldProfile {
    /// What slmgr shows of a true code.
    ///
    /// The host's refusals that concern the product or the service are shown as they are. Whatever
    /// else makes a host unusable, a wrong clock among it, ends with no host left:
    /// `0xC004F074`.
    pub fn shown(self, code: HResult) -> HResult {
        match self {
            Self::Documented | Self::Silent => catalogue::folded(code),
            Self::Open => code,
        }
    }

    /// What event 12288 carries of a true code.
    pub fn logged(self, code: HResult) -> HResult {
        match self {
            Self::Documented | Self::Open => code,
            Self::Silent => self.shown(code),
        }
    }
}

/// `documented`, `silent` or `open`.
impl fmt::Display for FoldProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Open => "open",
            Self::Silent => "silent",
        })
    }
}

impl FromStr for FoldProfile {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "documented" => Ok(Self::Documented),
            "open" => Ok(Self::Open),
            "silent" => Ok(Self::Silent),
            _ => Err(TextError::new(1, "one of documented, silent, open")),
        }
    }
}
