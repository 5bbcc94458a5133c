//! What a peer did that the host refuses in RPC: by name, and with the answer it gets.

use core::fmt;

use kms_proto::error::DecodeError;
use kms_proto::rpc::bind_nak::RejectReason;
use kms_proto::rpc::header::PacketType;
use kms_proto::rpc::reassembly::Refusal;
use kms_proto::rpc::status::FaultStatus;

/// Why a PDU was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The protocol version is not 5.0 or 5.1.
    Version {
        /// The major version.
        major: u8,
        /// The minor version.
        minor: u8,
    },
    /// `frag_length` is under a header's length or over what was agreed.
    FrameLength(DecodeError),
    /// The type is unknown, or one that no client sends.
    PacketType(PacketType),
    /// A PDU that needs a bind came before it.
    NotBound(PacketType),
    /// A second bind.
    BoundAlready,
    /// The PDU asks for authentication.
    Authentication,
    /// The PDU is not well-formed.
    Malformed(DecodeError),
    /// A bind offers more elements than the limit: how many.
    Contexts(usize),
    /// A fragment fits no call, or no limit.
    Fragment(Refusal),
    /// No presentation context has this id.
    Context(u16),
    /// The interface has no operation of this number.
    Opnum(u16),
    /// The parameters do not unmarshal; the offset counts from the start of the stub.
    Stub(DecodeError),
}

impl Trouble {
    /// Whether the connection ends with it.
    pub const fn closes(self) -> bool {
        !matches!(self, Self::Context(_) | Self::Opnum(_) | Self::Stub(_))
    }

    /// The status of the fault that answers it.
    pub const fn status(self) -> FaultStatus {
        match self {
            Self::Context(_) => FaultStatus::CONTEXT,
            Self::Opnum(_) => FaultStatus::OP_RANGE,
            Self::Stub(_) => FaultStatus::BAD_STUB,
            Self::Fragment(refusal) if refusal.is_limit() => FaultStatus::TOO_BUSY,
            _ => FaultStatus::PROTOCOL,
        }
    }

    /// The reason of the `bind_nak` that answers it where a bind was refused; a bind whose length
    /// is wrong cannot be told from noise and gets a fault.
    pub const fn reject_reason(self) -> Option<RejectReason> {
        match self {
            Self::FrameLength(_) => None,
            Self::Version { .. } => Some(RejectReason::PROTOCOL_VERSION_NOT_SUPPORTED),
            Self::Authentication => Some(RejectReason::AUTHENTICATION_TYPE_NOT_RECOGNIZED),
            Self::Contexts(_) => Some(RejectReason::LOCAL_LIMIT_EXCEEDED),
            _ => Some(RejectReason::NOT_SPECIFIED),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { major, minor } => {
                write!(f, "protocol version {major}.{minor} is not served, 5.0 is")
            }
            Self::FrameLength(error) | Self::Malformed(error) => write!(f, "{error}"),
            Self::PacketType(packet_type) => write!(f, "{packet_type} is no PDU a client sends"),
            Self::NotBound(packet_type) => write!(f, "{packet_type} came before a bind"),
            Self::BoundAlready => f.write_str("the association is bound already"),
            Self::Authentication => f.write_str("authentication is not served"),
            Self::Contexts(count) => write!(f, "{count} context elements are over the limit"),
            Self::Fragment(refusal) => write!(f, "{refusal}"),
            Self::Context(id) => write!(f, "no presentation context has the id {id}"),
            Self::Opnum(opnum) => write!(f, "the interface has no operation {opnum}"),
            Self::Stub(error) => write!(f, "bad stub: {error}"),
        }
    }
}

impl core::error::Error for Trouble {}
