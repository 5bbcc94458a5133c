//! Where a command is typed.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::{FileTime, Moment};

use crate::time_service::TimeService;
use crate::w32tm::reply::Reply;

/// The machine a command is typed on.
#[derive(Debug)]
pub struct Target<'m> {
    /// Its time service.
    pub service: &'m mut TimeService,
    /// True time.
    pub now: Moment,
    /// What its clock reads.
    pub wall: FileTime,
    /// Whether it is typed at an elevated prompt.
    pub elevated: bool,
}

/// `ERROR_SERVICE_NOT_ACTIVE` as an HRESULT.
pub const NOT_STARTED: HResult = HResult(0x8007_0426);

/// What is printed where the service does not run.
pub fn not_started() -> Reply {
    Reply::error(NOT_STARTED, "The service has not been started.")
}
