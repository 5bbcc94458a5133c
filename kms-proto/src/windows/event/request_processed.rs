//! Event 12290: a host has judged a request.

use uuid::Uuid;

use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::kms::machine_name::MachineName;
use crate::kms::request::Request;
use crate::time::FileTime;
use crate::windows::date::Bare;
use crate::windows::event::{Event, Level, Log, OneLine, PROVIDER};

/// What a host writes for every request.
///
/// The client's time is the request's, the entry's own the host's: their difference is the skew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestProcessed {
    /// The answer.
    pub result: HResult,
    /// How many clients the product needs.
    pub n_policy: u32,
    /// The name the machine gave.
    pub machine_name: MachineName,
    /// The client machine id.
    pub cmid: Uuid,
    /// The request's own time, by the machine's clock.
    pub client_time: FileTime,
    /// Whether the machine is virtual.
    pub vm_info: u32,
    /// The state the machine is in.
    pub license_status: LicenseStatus,
    /// Minutes left in it.
    pub minutes: u32,
    /// The activation id.
    pub activation_id: Uuid,
}

impl RequestProcessed {
    /// The event's id.
    pub const ID: u16 = 12290;

    /// The record of `request`, answered with `result`.
    pub const fn new(request: &Request, result: HResult) -> Self {
        Self {
            result,
            n_policy: request.n_policy,
            machine_name: request.machine_name,
            cmid: request.cmid,
            client_time: request.client_time,
            vm_info: request.vm_info,
            license_status: request.license_status,
            minutes: request.binding_expiration,
            activation_id: request.activation_id,
        }
    }

    /// The fields, separated by a comma alone; success is `0x0`, as in Microsoft's example.
    pub fn info(&self) -> String {
        format!(
            "{},{},{},{},{},{},{},{},{}",
            self.result,
            self.n_policy,
            OneLine(&self.machine_name),
            self.cmid,
            Bare(self.client_time),
            self.vm_info,
            self.license_status.0,
            self.minutes,
            self.activation_id
        )
    }

    /// The entry, written when the host's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        Event {
            id: Self::ID,
            log: Log::KeyManagementService,
            provider: PROVIDER,
            level: Level::Information,
            time_created,
            message: "An activation request has been processed.".to_owned(),
            info: self.info(),
        }
    }
}
