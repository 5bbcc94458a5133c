//! What a failure in RPC means to the machine that asked.

use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::bind_nak::RejectReason;
use kms_proto::rpc::status::FaultStatus;

use crate::activation::trouble::Trouble;
use crate::activation::{Answer, FailedCheck};
use crate::session::failure::Failure;

/// The named checks of an answer are failures of it; the rest means that there was none.
impl From<&Failure> for Answer {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Fault { status: FaultStatus(status), .. } => {
                Self::Trouble(Trouble::Fault(*status))
            }
            Failure::BindNak(RejectReason(reason)) => Self::Trouble(Trouble::BindNak(*reason)),
            Failure::Refused(results) => {
                let unspoken = |(_, result): &(_, ContextResult)| {
                    result.reason == ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED
                };
                Self::Trouble(if results.iter().all(unspoken) {
                    Trouble::TransferSyntax
                } else {
                    Trouble::AbstractSyntax
                })
            }
            other => match &other.checks()[..] {
                [] => Self::Trouble(Trouble::Protocol),
                checks => Self::Failed(checks.iter().map(FailedCheck::from).collect()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use kms_proto::rpc::stub::Ndr;

    use super::*;

    #[test]
    fn faults_and_refused_binds_are_troubles_and_named_checks_are_failures() {
        let fault = Failure::Fault { status: FaultStatus::TOO_BUSY, did_not_execute: true };
        let refused = |reason| Failure::Refused(vec![(Ndr::Ndr32, ContextResult::refused(reason))]);
        for (failure, trouble) in [
            (fault, Trouble::Fault(0x1c01_0014)),
            (refused(1), Trouble::AbstractSyntax),
            (refused(2), Trouble::TransferSyntax),
            (Failure::BindNak(RejectReason(2)), Trouble::BindNak(2)),
            (Failure::Authentication, Trouble::Protocol),
        ] {
            assert_eq!(Answer::from(&failure), Answer::Trouble(trouble), "{failure}");
        }
        let detail = "the answer is to call 9, which is not open".to_owned();
        let failed = FailedCheck { check: "call_id".to_owned(), detail };
        assert_eq!(Answer::from(&Failure::CallId(9)), Answer::Failed(vec![failed]));
    }
}
