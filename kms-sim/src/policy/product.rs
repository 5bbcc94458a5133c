//! A host serves the product groups its own key covers.

use kms_proto::guid::Uuid;

use crate::config::Served;
use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0xC004F042` when the counted id is not served.
pub fn rule(served: &Served, counted_id: Uuid) -> Option<Refused> {
    match served {
        Served::All => None,
        Served::Only(ids) => (!ids.contains(&counted_id))
            .then_some(Refused::new(Refusal::ID_MISMATCH, Why::Product(counted_id))),
    }
}
