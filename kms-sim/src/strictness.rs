//! How much of what is odd the host refuses.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use serde::Serialize;

/// Three levels, each refusing what the one before refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// What cannot be read, and what the host was configured to refuse: its window, above all,
    /// which only `off` switches off. Against strict it takes any N policy. In RPC it is strict,
    /// which refuses there only what cannot be read or served.
    Lenient,
    /// What the specifications refuse.
    #[default]
    Strict,
    /// Also what is legal but odd. In RPC: reserved and pad bytes that are not zero, bytes after a
    /// call's parameters that are no verification trailer. In the message, with `0x8007000D`: a
    /// machine name not padded with NULs alone, an IV or a client time again, a request before the
    /// activation interval is over.
    Pedantic,
}

impl FromStr for Strictness {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "lenient" => Ok(Self::Lenient),
            "strict" => Ok(Self::Strict),
            "pedantic" => Ok(Self::Pedantic),
            _ => Err(TextError::new(
                1,
                format!("{text:?} is no strictness; use lenient, strict or pedantic"),
            )),
        }
    }
}

/// `lenient`, `strict`, `pedantic`.
impl fmt::Display for Strictness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lenient => "lenient",
            Self::Strict => "strict",
            Self::Pedantic => "pedantic",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_reads_as_it_prints() {
        for level in [Strictness::Lenient, Strictness::Strict, Strictness::Pedantic] {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        let error = "loose".parse::<Strictness>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "col 1: \"loose\" is no strictness; use lenient, strict or pedantic"
        );
    }
}
