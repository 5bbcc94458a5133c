//! HRESULTs: what an answer says when it grants nothing.

use core::fmt;

use serde::Serialize;

/// A result code as the wire and every surface of Windows carry it; 0 is success.
///
/// A number, not an enumeration: a code nobody has heard of travels as well as any other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HResult(pub u32);

impl HResult {
    /// Success.
    pub const OK: Self = Self(0);
    /// `E_ACCESSDENIED`.
    pub const ACCESS_DENIED: Self = Self(0x8007_0005);
    /// `ERROR_INVALID_DATA` as an HRESULT.
    pub const INVALID_DATA: Self = Self(0x8007_000D);
    /// `ERROR_TIMEOUT` as an HRESULT.
    pub const TIMEOUT: Self = Self(0x8007_05B4);
    /// `RPC_S_SERVER_UNAVAILABLE` as an HRESULT.
    pub const RPC_SERVER_UNAVAILABLE: Self = Self(0x8007_06BA);
    /// `E_INVALIDARG`.
    pub const INVALID_ARGUMENT: Self = Self(0x8007_0057);
    /// `SL_E_SERVICE_STOPPING`.
    pub const SERVICE_STOPPING: Self = Self(0xC004_F075);
    /// `SL_E_PKEY_NOT_INSTALLED`.
    pub const NO_KEY: Self = Self(0xC004_F014);
    /// `SL_E_LUA_ACCESSDENIED`.
    pub const NOT_ELEVATED: Self = Self(0xC004_F025);
    /// `SL_E_VL_NOT_WINDOWS_SLP`.
    pub const NOT_WINDOWS_SLP: Self = Self(0xC004_F035);
    /// `SL_E_VL_MACHINE_NOT_BOUND`.
    pub const NOT_BOUND: Self = Self(0xC004_F056);
    /// `SL_E_CIDIID_INVALID_DATA`.
    pub const INVALID_CONFIRMATION: Self = Self(0xC004_F02C);
    /// `ERROR_NOT_SUPPORTED` as an HRESULT.
    pub const NOT_SUPPORTED: Self = Self(0x8007_0032);
    /// `SL_E_INVALID_PRODUCT_KEY`.
    pub const INVALID_KEY: Self = Self(0xC004_F050);
    /// `SL_E_MISMATCHED_PRODUCT_SKU`.
    pub const SKU_NOT_FOUND: Self = Self(0xC004_F069);
    /// Re-armed as often as it can be.
    pub const REARMED_OUT: Self = Self(0xC004_D307);
    /// `SL_E_VL_NOT_ENOUGH_COUNT`.
    pub const NOT_ENOUGH_COUNT: Self = Self(0xC004_F038);
    /// `SL_E_VL_BINDING_SERVICE_NOT_ENABLED`.
    pub const NOT_ENABLED: Self = Self(0xC004_F039);
    /// `SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED`.
    pub const NOT_ACTIVATED: Self = Self(0xC004_F041);
    /// `SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH`.
    pub const ID_MISMATCH: Self = Self(0xC004_F042);
    /// `SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED`: Vista's KMS in a virtual machine.
    pub const VM_NOT_SUPPORTED: Self = Self(0xC004_F06B);
    /// `SL_E_VL_INVALID_TIMESTAMP`: what this project is about.
    pub const INVALID_TIMESTAMP: Self = Self(0xC004_F06C);
    /// `SL_E_VL_BINDING_SERVICE_UNAVAILABLE`: what slmgr shows instead.
    pub const SERVICE_UNAVAILABLE: Self = Self(0xC004_F074);

    /// The HRESULT of a Win32 error (`HRESULT_FROM_WIN32`); only its lower 16 bits count.
    pub const fn from_win32(error: u32) -> Self {
        Self(0x8007_0000 | (error & 0xffff))
    }

    /// Whether this is success.
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }
}

/// As slmgr and the event log print it: `0xC004F06C`, and `0x0` for success.
impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ok() { f.write_str("0x0") } else { write!(f, "0x{:08X}", self.0) }
    }
}

impl Serialize for HResult {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
