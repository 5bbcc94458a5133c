//! A peer of the list `NtpServer`.

use core::fmt;

/// A name or an address with flags: `time.lab.example,0x8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualPeer {
    /// Its name.
    pub name: String,
    /// How it is asked; 0 where nothing is said.
    pub flags: u32,
}

impl ManualPeer {
    /// It is asked every `SpecialPollInterval`.
    pub const SPECIAL_INTERVAL: u32 = 0x1;
    /// It is used only where no other answers.
    pub const FALLBACK: u32 = 0x2;
    /// It is asked as one asks a server, not as a symmetric peer.
    pub const CLIENT: u32 = 0x8;

    /// Whether it has one of these flags.
    pub const fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    /// Reads a list, its peers separated by blanks; flags that are no number count as none.
    pub fn list(text: &str) -> Vec<Self> {
        text.split_ascii_whitespace().map(Self::read).collect()
    }

    fn read(text: &str) -> Self {
        let (name, flags) = text.split_once(',').unwrap_or((text, ""));
        let digits = flags.strip_prefix("0x").or_else(|| flags.strip_prefix("0X"));
        let flags = digits.map_or_else(|| flags.parse(), |digits| u32::from_str_radix(digits, 16));
        Self { name: name.to_owned(), flags: flags.unwrap_or(0) }
    }
}

impl fmt::Display for ManualPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.flags == 0 { Ok(()) } else { write!(f, ",0x{:x}", self.flags) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_is_shown() {
        let list = ManualPeer::list(" time.lab.example,0x9  10.0.0.1 dc,8 odd,flags");
        let shown: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["time.lab.example,0x9", "10.0.0.1", "dc,0x8", "odd"]);
        assert!(list[0].has(ManualPeer::SPECIAL_INTERVAL) && !list[0].has(ManualPeer::FALLBACK));
    }
}
