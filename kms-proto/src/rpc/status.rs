//! Why a call faulted: numbers with their names (C706 appendix E, MS-ERREF).

use core::fmt;

use crate::kms::hresult::HResult;

/// The status of a fault; unknown numbers survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultStatus(pub u32);

impl FaultStatus {
    /// The operation number is out of the interface's range: `nca_s_op_rng_error`.
    pub const OP_RANGE: Self = Self(0x1c01_0002);
    /// The interface is not known: `nca_s_unk_if`.
    pub const UNKNOWN_INTERFACE: Self = Self(0x1c01_0003);
    /// The peer broke the protocol: `nca_s_proto_error`.
    pub const PROTOCOL: Self = Self(0x1c01_000b);
    /// The peer asks for more than the server keeps: `nca_s_server_too_busy`.
    pub const TOO_BUSY: Self = Self(0x1c01_0014);
    /// No presentation context has this id: `nca_s_invalid_pres_context_id`.
    pub const CONTEXT: Self = Self(0x1c00_001c);
    /// The stub does not unmarshal: `RPC_X_BAD_STUB_DATA`.
    pub const BAD_STUB: Self = Self(0x0000_06f7);

    /// The name in the specification; empty when there is none.
    pub fn name(self) -> &'static str {
        NAMES
            .binary_search_by_key(&self.0, |(status, _)| *status)
            .ok()
            .and_then(|index| NAMES.get(index))
            .map_or("", |(_, name)| *name)
    }

    /// What it says of the call, as a clause; empty for a number that is none of C706's.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::OP_RANGE => "the interface has no operation of this number",
            Self::UNKNOWN_INTERFACE => "the host does not serve the interface",
            Self::PROTOCOL => "the host saw the client break the rules of RPC",
            Self::TOO_BUSY => "the host has no room for another call",
            Self::CONTEXT => "the call names a presentation context that was not agreed on",
            Self(0x1c01_0000..=0x1c01_ffff) => "the host's RPC run-time took no part of the call",
            Self(0x1c00_0000..=0x1c00_ffff) => "the call failed at the host",
            _ => "",
        }
    }

    /// The error a Windows client has for it, as an HRESULT: `0x800706C0` for `nca_s_proto_error`.
    ///
    /// Windows puts its own errors, those below 65 536, into a fault as they are. What has no
    /// number of its own is `RPC_S_CALL_FAILED`.
    pub const fn hresult(self) -> HResult {
        match self {
            Self::OP_RANGE => HResult::from_win32(1745),
            Self::UNKNOWN_INTERFACE => HResult::from_win32(1717),
            Self::PROTOCOL => HResult::from_win32(1728),
            Self::TOO_BUSY => HResult::from_win32(1723),
            Self::CONTEXT => HResult::from_win32(1783),
            Self(error @ 1..=0xffff) => HResult::from_win32(error),
            _ => HResult::from_win32(1726),
        }
    }

    /// Every status that has a name, in the order of the numbers.
    pub fn named() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(status, _)| Self(*status))
    }
}

/// The name with its number, or the bare number: `nca_s_proto_error (0x1c01000b)`.
impl fmt::Display for FaultStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "" => write!(f, "{:#010x}", self.0),
            name => write!(f, "{name} ({:#010x})", self.0),
        }
    }
}

/// In the order of the numbers.
const NAMES: [(u32, &str); 45] = [
    (0x0000_0005, "ERROR_ACCESS_DENIED"),
    (0x0000_06bf, "RPC_S_CALL_FAILED_DNE"),
    (0x0000_06e4, "RPC_S_CANNOT_SUPPORT"),
    (0x0000_06f7, "RPC_X_BAD_STUB_DATA"),
    (0x1c00_0001, "nca_s_fault_int_div_by_zero"),
    (0x1c00_0002, "nca_s_fault_addr_error"),
    (0x1c00_0003, "nca_s_fault_fp_div_zero"),
    (0x1c00_0004, "nca_s_fault_fp_underflow"),
    (0x1c00_0005, "nca_s_fault_fp_overflow"),
    (0x1c00_0006, "nca_s_fault_invalid_tag"),
    (0x1c00_0007, "nca_s_fault_invalid_bound"),
    (0x1c00_0008, "nca_s_rpc_version_mismatch"),
    (0x1c00_0009, "nca_s_unspec_reject"),
    (0x1c00_000a, "nca_s_bad_actid"),
    (0x1c00_000b, "nca_s_who_are_you_failed"),
    (0x1c00_000c, "nca_s_manager_not_entered"),
    (0x1c00_000d, "nca_s_fault_cancel"),
    (0x1c00_000e, "nca_s_fault_ill_inst"),
    (0x1c00_000f, "nca_s_fault_fp_error"),
    (0x1c00_0010, "nca_s_fault_int_overflow"),
    (0x1c00_0012, "nca_s_fault_unspec"),
    (0x1c00_0013, "nca_s_fault_remote_comm_failure"),
    (0x1c00_0014, "nca_s_fault_pipe_empty"),
    (0x1c00_0015, "nca_s_fault_pipe_closed"),
    (0x1c00_0016, "nca_s_fault_pipe_order"),
    (0x1c00_0017, "nca_s_fault_pipe_discipline"),
    (0x1c00_0018, "nca_s_fault_pipe_comm_error"),
    (0x1c00_0019, "nca_s_fault_pipe_memory"),
    (0x1c00_001a, "nca_s_fault_context_mismatch"),
    (0x1c00_001b, "nca_s_fault_remote_no_memory"),
    (0x1c00_001c, "nca_s_invalid_pres_context_id"),
    (0x1c00_001d, "nca_s_unsupported_authn_level"),
    (0x1c00_001f, "nca_s_invalid_checksum"),
    (0x1c00_0020, "nca_s_invalid_crc"),
    (0x1c00_0021, "nca_s_fault_user_defined"),
    (0x1c00_0022, "nca_s_fault_tx_open_failed"),
    (0x1c00_0023, "nca_s_fault_codeset_conv_error"),
    (0x1c00_0024, "nca_s_fault_object_not_found"),
    (0x1c00_0025, "nca_s_fault_no_client_stub"),
    (0x1c01_0002, "nca_s_op_rng_error"),
    (0x1c01_0003, "nca_s_unk_if"),
    (0x1c01_000b, "nca_s_proto_error"),
    (0x1c01_0013, "nca_s_out_args_too_big"),
    (0x1c01_0014, "nca_s_server_too_busy"),
    (0x1c01_0017, "nca_s_unsupported_type"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_print_with_their_numbers() {
        assert!(NAMES.is_sorted_by_key(|(status, _)| *status));
        assert_eq!(FaultStatus::PROTOCOL.to_string(), "nca_s_proto_error (0x1c01000b)");
        assert_eq!(FaultStatus::BAD_STUB.to_string(), "RPC_X_BAD_STUB_DATA (0x000006f7)");
        assert_eq!(FaultStatus(0xc000_0001).to_string(), "0xc0000001");
    }
}
