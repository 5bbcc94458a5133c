//! A host that is not activated itself activates nobody.

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0xC004F041` when the host is not activated.
pub fn rule(activated: bool) -> Option<Refused> {
    (!activated).then_some(Refused::new(Refusal::NOT_ACTIVATED, Why::NotActivated))
}
