//! A machine that answers on the port but is no KMS host says so.

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0xC004F039` when KMS is not enabled.
pub fn rule(enabled: bool) -> Option<Refused> {
    (!enabled).then_some(Refused::new(Refusal::NOT_ENABLED, Why::NotEnabled))
}
