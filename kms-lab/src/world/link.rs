//! The way between a machine and its hosts.

use kms_proto::time::duration::Nanos;

/// How long bytes travel, each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// From the machine to a host.
    pub to_host: Nanos,
    /// From a host to the machine.
    pub to_client: Nanos,
}

impl Link {
    /// The same length either way.
    pub const fn either_way(latency: Nanos) -> Self {
        Self { to_host: latency, to_client: latency }
    }
}
