//! What a command leaves behind: its text, and the number it ends with.

use kms_proto::kms::hresult::HResult;
use serde::{Deserialize, Serialize};

/// A command's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What it prints; every line ends with `\n`.
    pub text: String,
    /// The error's number, 0 where there was none.
    pub code: u32,
}

impl Reply {
    /// A command that did what it was told.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 0 }
    }

    /// A command that failed with this number.
    pub fn failed(text: impl Into<String>, code: u32) -> Self {
        Self { text: text.into(), code }
    }

    /// The number as codes are shown.
    pub const fn result(&self) -> HResult {
        HResult(self.code)
    }

    /// What a process can say of it: the number's low byte, and 1 where an error would look like
    /// success.
    pub fn exit(&self) -> u8 {
        let [.., low] = self.code.to_be_bytes();
        if low == 0 { u8::from(self.code != 0) } else { low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_never_looks_like_success() {
        for (code, exit) in
            [(0, 0), (0xC004_F074, 0x74), (0x8000_0100, 1), (1, 1), (0x8007_0426, 0x26)]
        {
            assert_eq!(Reply::failed("", code).exit(), exit, "{code:x}");
        }
    }
}
