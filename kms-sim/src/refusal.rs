//! A code a host can refuse with: any HRESULT but success.

use core::fmt;
use core::num::NonZeroU32;
use core::str::FromStr;

use kms_proto::kms::hresult::HResult;
use kms_proto::text::TextError;
use serde::Serialize;

/// A non-zero HRESULT. Zero would be a grant, and cannot be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refusal(pub NonZeroU32);

impl Refusal {
    /// `ERROR_INVALID_DATA` as an HRESULT.
    pub const INVALID_DATA: Self = Self::of(HResult::INVALID_DATA);
    /// `SL_E_VL_BINDING_SERVICE_NOT_ENABLED`.
    pub const NOT_ENABLED: Self = Self::of(HResult::NOT_ENABLED);
    /// `SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED`.
    pub const NOT_ACTIVATED: Self = Self::of(HResult::NOT_ACTIVATED);
    /// `SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH`.
    pub const ID_MISMATCH: Self = Self::of(HResult::ID_MISMATCH);
    /// `SL_E_VL_INVALID_TIMESTAMP`.
    pub const INVALID_TIMESTAMP: Self = Self::of(HResult::INVALID_TIMESTAMP);

    /// The refusal with this code; `None` for success.
    pub const fn new(code: HResult) -> Option<Self> {
        match NonZeroU32::new(code.0) {
            Some(code) => Some(Self(code)),
            None => None,
        }
    }

    /// The code as it travels.
    pub const fn code(self) -> HResult {
        HResult(self.0.get())
    }

    /// A refusal whose code is known not to be zero when this is compiled.
    const fn of(code: HResult) -> Self {
        match Self::new(code) {
            Some(refusal) => refusal,
            None => Self(NonZeroU32::MAX),
        }
    }
}

/// `0xC004F06C`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())
    }
}

impl Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads `0xC004F06C`: the prefix, and one to eight hexadecimal digits of either case.
impl FromStr for Refusal {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let hint = "a code is written as the event log does: 0xC004F06C";
        let digits = text
            .strip_prefix("0x")
            .or_else(|| text.strip_prefix("0X"))
            .ok_or_else(|| TextError::new(1, hint))?;
        let is_digit = |c: char| c.is_ascii_hexdigit();
        if let Some(at) = digits.chars().position(|c| !is_digit(c)) {
            return Err(TextError::new(3 + at, hint));
        }
        if !(1..=8).contains(&digits.len()) {
            return Err(TextError::new(3, "a code has one to eight hexadecimal digits"));
        }
        let code = u32::from_str_radix(digits, 16).map_err(|_| TextError::new(3, hint))?;
        let zero = "zero is success: a host is told to refuse with a code that is not zero";
        Self::new(HResult(code)).ok_or_else(|| TextError::new(1, zero))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_refusal() {
        assert_eq!(Refusal::new(HResult::OK), None);
        assert!("0x0".parse::<Refusal>().unwrap_err().message.contains("zero is success"));
    }

    #[test]
    fn codes_are_read_as_they_are_shown() {
        for code in [Refusal::INVALID_TIMESTAMP, Refusal(NonZeroU32::MIN), Refusal::INVALID_DATA] {
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        assert_eq!("0xc004f06c".parse(), Ok(Refusal::INVALID_TIMESTAMP));
    }

    #[test]
    fn wrong_codes_name_the_column() {
        for (text, column) in
            [("C004F06C", 1), ("0x", 3), ("0xC004F06G", 10), ("0x+1", 3), ("0x1C004F06C", 3)]
        {
            assert_eq!(text.parse::<Refusal>().unwrap_err().column, column, "{text}");
        }
    }
}
