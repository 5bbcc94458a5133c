//! Event 8198: Windows tried to activate of its own accord, and failed.

use crate::kms::hresult::HResult;
use crate::time::FileTime;
use crate::windows::event::{Event, Level, Log, PROVIDER};

/// Windows' own attempt to activate failed ("Activation event 8198", learn.microsoft.com, which
/// gives its title and its codes; the layout of the rest is a choice of this project).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivationFailed {
    /// Why: the code the attempt came to, or [`UNREACHABLE`](Self::UNREACHABLE).
    pub result: HResult,
}

impl ActivationFailed {
    /// The event's id.
    pub const ID: u16 = 8198;

    /// `RPC_NT_SERVER_UNAVAILABLE` (MS-ERREF §2.3.1): what it carries where no host was reached,
    /// instead of the `0x800706BA` of event 12288.
    pub const UNREACHABLE: HResult = HResult(0xC002_0017);

    /// Of an attempt that showed `shown` and really came to `code`.
    pub fn of(code: HResult, shown: HResult) -> Self {
        let unreachable = code == HResult::RPC_SERVER_UNAVAILABLE;
        Self { result: if unreachable { Self::UNREACHABLE } else { shown } }
    }

    /// The entry, written when the machine's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        Event {
            id: Self::ID,
            log: Log::Application,
            provider: PROVIDER,
            level: Level::Error,
            time_created,
            message: format!(
                "License Activation (slui.exe) failed with the following error code:\nhr={}",
                self.result
            ),
            info: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_was_not_reached_has_a_code_of_its_own_here() {
        let shown = HResult(0xC004_F074);
        for (code, carried) in [
            (HResult::RPC_SERVER_UNAVAILABLE, "hr=0xC0020017"),
            (HResult::INVALID_TIMESTAMP, "hr=0xC004F074"),
        ] {
            let event = ActivationFailed::of(code, shown).event(FileTime(0));
            assert!(event.message.ends_with(carried), "{}", event.message);
        }
    }
}
