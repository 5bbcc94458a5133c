//! A request that is not sealed with this realm's keys is refused, whatever the configuration.

use kms_proto::time::FileTime;

use crate::config::HostConfig;
use crate::policy::scripted;
use crate::policy::window;
use crate::refusal::Refusal;
use crate::verdict::Refused;
use crate::why::Why;

/// Refuses a foreign request: scripted → window, where its time could be read → foreign.
///
/// Returns a refusal and not a verdict: no switch can turn it into a grant.
pub fn judge(
    config: &HostConfig,
    scripted: Option<Refusal>,
    client_time: Option<FileTime>,
    now: FileTime,
) -> Refused {
    scripted::rule(scripted)
        .or_else(|| window::rule(config.window, config.compare, client_time?, now))
        .unwrap_or(Refused::new(config.foreign, Why::Foreign))
}
