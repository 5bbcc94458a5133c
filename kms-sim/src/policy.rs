//! The ladder a request climbs: the first rule that does not pass decides.
//!
//! scripted → enabled → activated → window → N policy → product → granted; a pedantic host asks on
//! ([`pedantic`]), a lenient one leaves out the N policy, and one that is told so looks at the
//! product before the window. Pure, and total over every request the wire can carry.

pub mod activated;
pub mod enabled;
pub mod foreign;
pub mod n_policy;
pub mod pedantic;
pub mod product;
pub mod scripted;
pub mod window;

use kms_proto::kms::request::Request;
use kms_proto::time::FileTime;

use crate::config::HostConfig;
use crate::refusal::Refusal;
use crate::verdict::Verdict;

/// Judges a request sealed with this realm's keys; `scripted` refuses it first, where there is one.
pub fn judge(
    config: &HostConfig,
    scripted: Option<Refusal>,
    request: &Request,
    now: FileTime,
) -> Verdict {
    let product = || product::rule(&config.served, request.kms_counted_id);
    scripted::rule(scripted)
        .or_else(|| enabled::rule(config.enabled))
        .or_else(|| activated::rule(config.activated))
        .or_else(|| product().filter(|_| config.product_first))
        .or_else(|| window::rule(config.window, config.compare, request.client_time, now))
        .or_else(|| n_policy::rule(config.n_policy_limit(), request.n_policy))
        .or_else(product)
        .into()
}
