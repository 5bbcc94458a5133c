//! The client's time must be within the window: what this project is about.

use kms_proto::time::FileTime;
use kms_proto::time::window::{Compare, Window};

use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses with `0xC004F06C` when `client` is further from `host` than the window allows.
///
/// Both edges are inside (KB 974998: "more than 4 hours"). Any two `u64` readings are legal.
pub fn rule(window: Window, compare: Compare, client: FileTime, host: FileTime) -> Option<Refused> {
    let skew = compare.skew(client, host);
    let why = Why::Skew { skew, window, compare };
    (!window.holds(skew)).then_some(Refused::new(Refusal::INVALID_TIMESTAMP, why))
}
