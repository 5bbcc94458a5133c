//! No product needs more clients than a host can list.

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0x8007000D` when the request asks for more clients than `limit`.
///
/// A list holds at most 2000 clients, twice 1000.
pub fn rule(limit: Option<u32>, n: u32) -> Option<Refused> {
    let limit = limit.filter(|limit| *limit < n)?;
    Some(Refused::new(Refusal::INVALID_DATA, Why::NPolicy { n, limit }))
}
