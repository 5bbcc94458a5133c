//! A machine's name ends in a NUL, and only NULs follow.

use kms_proto::kms::machine_name::MachineName;

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0x8007000D` a name without its NUL, or with something behind it.
pub fn rule(name: &MachineName) -> Option<Refused> {
    (!name.is_tidy()).then_some(Refused::new(Refusal::INVALID_DATA, Why::UntidyName))
}
