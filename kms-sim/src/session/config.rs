//! What a session allows its peer.

use core::fmt;
use core::str::FromStr;

use kms_proto::rpc::bind::WINDOWS_FRAG;
use kms_proto::rpc::reassembly::Limits;
use kms_proto::rpc::stub::Ndr;
use kms_proto::text::TextError;

use crate::strictness::Strictness;

/// Which transfer syntaxes the host speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Syntaxes {
    /// NDR64 where it is offered, else NDR32.
    #[default]
    Both,
    /// NDR32 only, as Windows hosts before Windows 8.
    Ndr32,
    /// NDR64 only.
    Ndr64,
}

impl Syntaxes {
    /// Whether the host speaks `ndr`.
    pub const fn speaks(self, ndr: Ndr) -> bool {
        matches!(
            (self, ndr),
            (Self::Both, _) | (Self::Ndr32, Ndr::Ndr32) | (Self::Ndr64, Ndr::Ndr64)
        )
    }
}

impl FromStr for Syntaxes {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "both" => Ok(Self::Both),
            "32" => Ok(Self::Ndr32),
            "64" => Ok(Self::Ndr64),
            _ => Err(TextError::new(1, format!("{text:?} is no choice; use both, 32 or 64"))),
        }
    }
}

/// `both`, `32`, `64`.
impl fmt::Display for Syntaxes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Both => "both",
            Self::Ndr32 => "32",
            Self::Ndr64 => "64",
        })
    }
}

/// What one association may have, and how it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// Bytes of a PDU in either direction; under 1432 is taken as 1432, which C706 demands.
    pub max_pdu: u16,
    /// Bytes of one call's stub.
    pub max_stub: usize,
    /// Fragments of one call.
    pub max_fragments: usize,
    /// Bytes of stub under reassembly.
    pub max_association_bytes: usize,
    /// Presentation contexts; every element offered under a new id counts, taken or not.
    pub max_contexts: usize,
    /// Calls under reassembly.
    pub max_calls: usize,
    /// Which transfer syntaxes are spoken.
    pub syntaxes: Syntaxes,
    /// How much of what is odd is refused.
    pub strictness: Strictness,
}

impl SessionConfig {
    /// The part of it that holds for calls in several fragments.
    pub const fn reassembly(&self) -> Limits {
        Limits {
            call_bytes: self.max_stub,
            call_fragments: self.max_fragments,
            calls: self.max_calls,
            total_bytes: self.max_association_bytes,
        }
    }
}

/// 5840 bytes a PDU, 64 KiB and 1 024 fragments a call, 256 KiB, 32 contexts and 64 calls an
/// association, both syntaxes, strict.
impl Default for SessionConfig {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            max_pdu: WINDOWS_FRAG,
            max_stub: limits.call_bytes,
            max_fragments: limits.call_fragments,
            max_association_bytes: limits.total_bytes,
            max_contexts: 32,
            max_calls: limits.calls,
            syntaxes: Syntaxes::Both,
            strictness: Strictness::Strict,
        }
    }
}
