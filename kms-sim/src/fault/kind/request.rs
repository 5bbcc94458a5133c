//! `rpc.request`: what the host does with a request instead of judging it.

use kms_proto::rpc::status::FaultStatus;
use serde::Deserialize;

use crate::fault::value::{Length, Status};

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RequestKind {
    /// It is answered with a fault; nobody judges it.
    Fault {
        /// The status; `nca_s_server_too_busy` where it is not said.
        #[serde(default = "busy")]
        status: Status,
    },
    /// It is lost: nobody judges it, and there is no answer.
    Drop {},
    /// Nobody judges it, and the connection is closed.
    NoAnswer {},
    /// It is taken late, and judged by the clock of then.
    AcceptLate {
        /// By how much.
        by: Length,
    },
}

pub(crate) const fn busy() -> Status {
    Status(FaultStatus::TOO_BUSY)
}
