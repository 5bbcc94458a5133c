//! A client draws another IV for each request.

use crate::recent::Last;
use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0x8007000D` an IV under which the same machine sealed a request before.
pub fn rule(last: &Last, salt: Option<[u8; 16]>) -> Option<Refused> {
    let again = salt.is_some_and(|salt| last.has_salt(salt));
    again.then_some(Refused::new(Refusal::INVALID_DATA, Why::SaltAgain))
}
