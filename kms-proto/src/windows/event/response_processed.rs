//! Event 12289: a machine has judged an answer.

use crate::kms::hresult::HResult;
use crate::time::FileTime;
use crate::windows::date::Padded;
use crate::windows::event::flags::StatusFlags;
use crate::windows::event::{Event, Level, Log, PROVIDER};

/// What a machine writes once it has verified a host's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseProcessed {
    /// What came of the verification; a count too small is not an error here but a flag.
    pub result: HResult,
    /// Status flags.
    pub flags: StatusFlags,
    /// Whether the machine is activated now.
    pub bound: bool,
    /// How many machines the host counts.
    pub count: u32,
    /// Minutes between attempts before activation.
    pub activation_interval: u32,
    /// Minutes between renewals after it.
    pub renewal_interval: u32,
    /// The request's own time, by the machine's clock.
    pub client_time: FileTime,
}

impl ResponseProcessed {
    /// The event's id.
    pub const ID: u16 = 12289;

    /// The fields, separated by a comma and a space; the fourth is unused and always 0.
    pub fn info(&self) -> String {
        format!(
            "0x{:08X}, {}, {}, 0, {}, {}, {}, {}",
            self.result.0,
            self.flags,
            u8::from(self.bound),
            self.count,
            self.activation_interval,
            self.renewal_interval,
            Padded(self.client_time)
        )
    }

    /// The entry, written when the machine's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        const MESSAGE: &str = "The client has processed an activation response from the key \
                               management service machine.";
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
