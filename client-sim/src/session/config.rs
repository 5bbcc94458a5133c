//! What a client offers, and what it holds its host to.

use kms_proto::guid::Uuid;
use kms_proto::rpc::bind::{MUST_RECV_FRAG, WINDOWS_FRAG};
use kms_proto::rpc::reassembly::Limits;
use kms_proto::rpc::stub::Ndr;
use kms_proto::wire::Order;

/// The transfer syntaxes a client binds with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offer {
    /// NDR32 alone.
    Ndr32,
    /// NDR64 alone.
    Ndr64,
    /// Both, each in a context of its own, as Windows does.
    #[default]
    Both,
}

impl Offer {
    /// The syntaxes, in the order of their context ids.
    pub(super) const fn syntaxes(self) -> &'static [Ndr] {
        match self {
            Self::Ndr32 => &[Ndr::Ndr32],
            Self::Ndr64 => &[Ndr::Ndr64],
            Self::Both => &[Ndr::Ndr32, Ndr::Ndr64],
        }
    }
}

/// How a session binds, calls and limits; by default as Windows does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// The transfer syntaxes offered.
    pub offer: Offer,
    /// Whether features are negotiated at bind time (MS-RPCE §3.3.1.5.3).
    pub btfn: bool,
    /// The order of the integers written. NDR64 has little-endian ones only, so its requests keep
    /// to that.
    pub order: Order,
    /// The longest PDU offered to be sent.
    pub max_xmit_frag: u16,
    /// The longest PDU offered to be received; under 1432 it still counts as that much, which any
    /// peer must accept (C706 §12.6.3.1).
    pub max_recv_frag: u16,
    /// Requests longer than this leave in fragments, though the host would take them whole.
    pub request_frag: Option<u16>,
    /// The object requests are addressed to.
    pub object: Option<Uuid>,
    /// How much one host can make the client keep, and how many calls are open at once.
    pub limits: Limits,
}

/// Bits of the features asked for: multiplexing and keep-on-orphan, as Windows asks.
pub(super) const FEATURES: u16 = 3;

/// NDR32 and NDR64, feature negotiation, little-endian, 5840 bytes either way, no object.
impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            offer: Offer::Both,
            btfn: true,
            order: Order::Little,
            max_xmit_frag: WINDOWS_FRAG,
            max_recv_frag: WINDOWS_FRAG,
            request_frag: None,
            object: None,
            limits: Limits::default(),
        }
    }
}

impl SessionConfig {
    /// The longest PDU taken.
    pub(super) fn receives(&self) -> usize {
        self.max_recv_frag.max(MUST_RECV_FRAG).into()
    }

    /// The longest request sent to a host that said it receives `max_recv_frag`.
    pub(super) fn sends(&self, max_recv_frag: u16) -> usize {
        let agreed = self.max_xmit_frag.min(max_recv_frag.max(MUST_RECV_FRAG));
        agreed.min(self.request_frag.unwrap_or(u16::MAX)).into()
    }
}
