//! Event 1 of Kernel-General: the system time was changed.

use core::fmt;

use crate::time::FileTime;
use crate::windows::event::{Event, Level, Log};

/// The provider of this event.
pub const PROVIDER: &str = "Microsoft-Windows-Kernel-General";

/// Why the time was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody set it: the time service, or a person.
    Set,
    /// The machine took over what its board says.
    HardwareClock,
}

/// The system time was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeChanged {
    /// What the clock reads after it.
    pub to: FileTime,
    /// What it read before.
    pub from: FileTime,
    /// Why.
    pub reason: Reason,
}

impl TimeChanged {
    /// The event's id.
    pub const ID: u16 = 1;

    /// The entry; it bears the new time.
    pub fn event(&self) -> Event {
        let reason = match self.reason {
            Reason::Set => "An application or system component changed the time.",
            Reason::HardwareClock => "System time synchronized with the hardware clock.",
        };
        let message = format!(
            "The system time has changed to {} from {}.\n\nChange Reason: {reason}",
            Nine(self.to),
            Nine(self.from)
        );
        Event {
            id: Self::ID,
            log: Log::System,
            provider: PROVIDER,
            level: Level::Information,
            time_created: self.to,
            message,
            info: String::new(),
        }
    }
}

/// With nine decimals, as the kernel writes moments.
struct Nine(FileTime);

impl fmt::Display for Nine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.0.civil();
        write!(f, "{:04}-{:02}-{:02}T", c.year, c.month, c.day)?;
        write!(f, "{:02}:{:02}:{:02}.{:07}00Z", c.hour, c.minute, c.second, c.tick)
    }
}
