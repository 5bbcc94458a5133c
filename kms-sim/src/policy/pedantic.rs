//! What a pedantic host refuses besides: what is legal, and yet no well-behaved client sends it.
//!
//! machine name → IV → client time → pace. Asked of requests that every other rule passes, with
//! what is remembered of the same machine's requests before, refused ones among them.

pub mod client_time;
pub mod machine_name;
pub mod pace;
pub mod salt;

use kms_proto::kms::request::Request;
use kms_proto::time::FileTime;

use crate::recent::Last;
use crate::verdict::Refused;

/// Judges a request that nothing else is wrong with.
///
/// `salt` is its IV, which version 4 has not; `interval` the minutes the host tells clients to wait
/// between attempts.
pub fn judge(
    request: &Request,
    salt: Option<[u8; 16]>,
    last: Option<&Last>,
    interval: u32,
    now: FileTime,
) -> Option<Refused> {
    let before = || {
        let last = last?;
        salt::rule(last, salt)
            .or_else(|| client_time::rule(last.client_time, request.client_time))
            .or_else(|| pace::rule(last.host_time, now, interval))
    };
    machine_name::rule(&request.machine_name).or_else(before)
}
