//! Event 12288: a machine has asked.

use uuid::Uuid;

use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::kms::request::Request;
use crate::time::FileTime;
use crate::windows::date::Padded;
use crate::windows::event::flags::StatusFlags;
use crate::windows::event::{Event, Level, Log, OneLine, PROVIDER};

/// What a machine writes once its call to a host is over, or could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestSent {
    /// What came of the call.
    pub result: HResult,
    /// Status flags.
    pub flags: StatusFlags,
    /// The host that was asked, `name:port`.
    pub server: String,
    /// The client machine id.
    pub cmid: Uuid,
    /// The request's own time, by the machine's clock.
    pub client_time: FileTime,
    /// Whether the machine is virtual.
    pub vm_info: u32,
    /// The state the machine was in.
    pub license_status: LicenseStatus,
    /// Minutes that were left in it.
    pub minutes: u32,
    /// The activation id.
    pub activation_id: Uuid,
    /// How many clients the product needs.
    pub n_policy: u32,
}

impl RequestSent {
    /// The event's id.
    pub const ID: u16 = 12288;

    /// The record of `request`, sent to `server`.
    pub const fn new(
        request: &Request,
        server: String,
        result: HResult,
        flags: StatusFlags,
    ) -> Self {
        Self {
            result,
            flags,
            server,
            cmid: request.cmid,
            client_time: request.client_time,
            vm_info: request.vm_info,
            license_status: request.license_status,
            minutes: request.binding_expiration,
            activation_id: request.activation_id,
            n_policy: request.n_policy,
        }
    }

    /// The fields, separated by a comma and a space.
    ///
    /// The result has eight digits, success too: public logs show it so, and Microsoft's ospp.vbs
    /// reads ten characters.
    pub fn info(&self) -> String {
        format!(
            "0x{:08X}, {}, {}, {}, {}, {}, {}, {}, {}, {}",
            self.result.0,
            self.flags,
            OneLine(&self.server),
            self.cmid,
            Padded(self.client_time),
            self.vm_info,
            self.license_status.0,
            self.minutes,
            self.activation_id,
            self.n_policy
        )
    }

    /// The entry, written when the machine's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        const MESSAGE: &str =
            "The client has sent an activation request to the key management service machine.";
        Event {
            id: Self::ID,
            log: Log::Application,
            provider: PROVIDER,
            level: Level::Information,
            time_created,
            message: MESSAGE.to_owned(),
            info: self.info(),
        }
    }
}
