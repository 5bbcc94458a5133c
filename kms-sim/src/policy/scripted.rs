//! A host told to refuse refuses everything.

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with the scripted code, where there is one.
pub fn rule(scripted: Option<Refusal>) -> Option<Refused> {
    scripted.map(|code| Refused::new(code, Why::Scripted))
}
