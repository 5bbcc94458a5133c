//! `rpc.bind`: what the host makes of its answer to a bind or an `alter_context`.

use serde::Deserialize;

use crate::fault::value::Dotted;

/// What goes wrong with the answer to a bind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum BindKind {
    /// A `bind_nak`, and the connection is closed.
    BindNak {
        /// The reject reason (C706 §12.6.3.1).
        #[serde(default)]
        reason: u16,
    },
    /// Every context is refused.
    ContextReject {
        /// The reason (C706 §12.6.3.1), 0 to 3.
        #[serde(default)]
        reason: u16,
    },
    /// The answer is to another call.
    WrongCallId {
        /// How far its id is off.
        #[serde(default = "one")]
        by: i32,
    },
    /// NDR32 is taken where NDR64 was offered, and the other way about.
    WrongTransferSyntax {},
    /// Feature negotiation is refused, as by a host that does not know it.
    NegotiateReject {},
    /// The secondary address is empty.
    ShortSecondaryAddress {},
    /// The host says it sends and receives at most this much.
    MaxFrag {
        /// Bytes of a PDU.
        n: u16,
    },
    /// The PDU says another length than it has.
    FragLength {
        /// How far it is off.
        by: i32,
    },
    /// The PDU says it is something else.
    WrongPtype {
        /// The number it carries; 2, a response, where it is not said.
        #[serde(default = "response")]
        ptype: u8,
    },
    /// The PDU carries another protocol version.
    Version {
        /// Major and minor.
        value: Dotted,
    },
    /// The PDU's integers are big-endian.
    BigEndianDrep {},
    /// The association group has this number.
    AssocGroup {
        /// Any but 0.
        n: u32,
    },
}

const fn one() -> i32 {
    1
}

const fn response() -> u8 {
    2
}
