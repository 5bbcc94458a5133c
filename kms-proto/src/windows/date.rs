//! A moment as the several texts of Windows write it.

use core::fmt;

use crate::time::FileTime;

/// `2026/01/14 02:30`: how a client's events write the request's time.
#[derive(Clone, Copy, Debug)]
pub struct Padded(pub FileTime);

impl fmt::Display for Padded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.0.civil();
        write!(f, "{:04}/{:02}/{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
    }
}

/// `2026/1/14 2:30`: how a host's events write it.
#[derive(Clone, Copy, Debug)]
pub struct Bare(pub FileTime);

impl fmt::Display for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.0.civil();
        write!(f, "{}/{}/{} {}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
    }
}

/// `1/14/2026 2:30:00 AM`: the long form of en-US, in which slmgr and the event log speak English.
#[derive(Clone, Copy, Debug)]
pub struct EnUs(pub FileTime);

impl fmt::Display for EnUs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.0.civil();
        let hour = (c.hour + 11) % 12 + 1;
        let half = if c.hour < 12 { "AM" } else { "PM" };
        let (minute, second) = (c.minute, c.second);
        write!(f, "{}/{}/{} {hour}:{minute:02}:{second:02} {half}", c.month, c.day, c.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_around_midnight_and_noon() {
        // 2026-01-01 00:00:00, a second before noon, noon, and the second before midnight.
        for (seconds, padded, bare, en_us) in [
            (0, "2026/01/01 00:00", "2026/1/1 0:00", "1/1/2026 12:00:00 AM"),
            (43_199, "2026/01/01 11:59", "2026/1/1 11:59", "1/1/2026 11:59:59 AM"),
            (43_200, "2026/01/01 12:00", "2026/1/1 12:00", "1/1/2026 12:00:00 PM"),
            (86_399, "2026/01/01 23:59", "2026/1/1 23:59", "1/1/2026 11:59:59 PM"),
        ] {
            let time = FileTime(134_116_992_000_000_000).later(seconds * 10_000_000);
            assert_eq!(Padded(time).to_string(), padded);
            assert_eq!(Bare(time).to_string(), bare);
            assert_eq!(EnUs(time).to_string(), en_us);
        }
    }
}
