//! The status flags in the events of a machine.

use core::fmt;

/// `SL_VL_BINDING_…` flags (Volume Activation 2.0 Operations Guide, p. 29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusFlags(pub u32);

impl StatusFlags {
    /// Nothing to say.
    pub const NONE: Self = Self(0);
    /// `SL_VL_BINDING_STATUS_OTHER_PC`: a warning only, that no OEM marker was found.
    pub const OTHER_PC: Self = Self(0x0000_0008);
    /// `SL_VL_BINDING_ERROR_NO_BINDING_SERVER_REGISTRATION`: no KMS host was found.
    pub const NO_SERVER_REGISTRATION: Self = Self(0x0100_0000);
    /// `SL_VL_BINDING_ERROR_INVALID_REGISTRATION_DATA_TYPE`.
    pub const INVALID_REGISTRATION_DATA_TYPE: Self = Self(0x0200_0000);
    /// `SL_VL_BINDING_ERROR_NOT_ENOUGH_COUNT`: the host counts too few machines.
    pub const NOT_ENOUGH_COUNT: Self = Self(0x0400_0000);
    /// `SL_VL_BINDING_ERROR_NOT_WINDOWS_SLP`: the key asks for an OEM marker.
    pub const NOT_WINDOWS_SLP: Self = Self(0x0800_0000);

    /// These flags and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every flag of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Eight hexadecimal digits: `0x00000000`.
///
/// As in the events of KB 974998 and of public logs; the tables of the Operations Guide, written
/// for Vista, drop the leading zeros.
impl fmt::Display for StatusFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}
