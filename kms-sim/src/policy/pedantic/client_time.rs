//! A clock goes on between two requests.

use kms_proto::time::FileTime;

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0x8007000D` a client time that stood in the same machine's request before.
pub fn rule(before: FileTime, client_time: FileTime) -> Option<Refused> {
    let why = Why::TimeAgain(client_time);
    (before == client_time).then_some(Refused::new(Refusal::INVALID_DATA, why))
}
