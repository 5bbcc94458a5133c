//! Events 12293 and 12294: a host has tried to publish its SRV record.

use crate::kms::hresult::HResult;
use crate::time::FileTime;
use crate::windows::event::{Event, Level, Log, OneLine, PROVIDER};

/// What a host writes after a dynamic update, once a day and domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsPublished {
    /// The domain in which `_vlmcs._tcp` was to be published.
    pub domain: String,
    /// What came of it.
    pub result: HResult,
}

impl DnsPublished {
    /// The id of a failure.
    pub const FAILED: u16 = 12293;
    /// The id of a success.
    pub const SUCCEEDED: u16 = 12294;

    /// The code of a failure; success has no fields.
    pub fn info(&self) -> String {
        if self.result.is_ok() { String::new() } else { self.result.to_string() }
    }

    /// The entry, written when the host's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        let (id, outcome) = if self.result.is_ok() {
            (Self::SUCCEEDED, "is successful")
        } else {
            (Self::FAILED, "failed")
        };
        let message = format!(
            "Publishing the Key Management Service (KMS) to DNS in the '{}' domain {outcome}.",
            OneLine(&self.domain)
        );
        let (log, provider, level) = (Log::Application, PROVIDER, Level::Information);
        Event { id, log, provider, level, time_created, message, info: self.info() }
    }
}
