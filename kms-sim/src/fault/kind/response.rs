//! `rpc.response`: what the host makes of its answer to a call, in RPC.

use serde::Deserialize;

use crate::fault::kind::request::busy;
use crate::fault::value::{Size, Status};

/// What goes wrong with the answer to a call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ResponseKind {
    /// It comes in fragments, each a segment of its own.
    Fragment {
        /// Bytes of results in each; a multiple of 8, and at least 8, is made of it.
        bytes: Size,
    },
    /// The flags of its fragments are wrong.
    FragFlags {
        /// How.
        #[serde(default)]
        flags: WrongFlags,
    },
    /// It is to another call.
    WrongCallId {
        /// How far its id is off.
        #[serde(default = "one")]
        by: i32,
    },
    /// It is in another context.
    WrongContext {
        /// How far its id is off.
        #[serde(default = "one")]
        by: i32,
    },
    /// Its allocation hint is this, whatever is to come.
    AllocHint {
        /// The hint; drawn where it is not said.
        value: Option<u32>,
    },
    /// The size its results state is off.
    StubLength {
        /// How far.
        by: i32,
    },
    /// Bytes stand behind its results.
    Padding {
        /// How many.
        bytes: Size,
    },
    /// It carries authentication, for which nobody asked.
    AuthTrailer {
        /// Bytes of the token.
        #[serde(default = "token")]
        bytes: Size,
    },
    /// A fault comes in its place; the request was judged and counted.
    Fault {
        /// The status; `nca_s_server_too_busy` where it is not said.
        #[serde(default = "busy")]
        status: Status,
    },
    /// The pointer to the message has this number.
    Referent {
        /// Any but 0; drawn where it is not said.
        value: Option<u32>,
    },
}

/// What is wrong with the flags of fragments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongFlags {
    /// The last does not say that it is.
    #[default]
    MissingLast,
    /// The first does not say that it is.
    MissingFirst,
}

const fn one() -> i32 {
    1
}

const fn token() -> Size {
    Size(16)
}
