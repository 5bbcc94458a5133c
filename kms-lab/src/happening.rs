//! What can happen to a machine, besides what is typed on it and what its clock does.

use std::fmt;

use kms_proto::text::TextError;

/// Something that happens to a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Its hardware changes beyond what an activation tolerates.
    HardwareChanged,
    /// Windows starts anew.
    Restarted,
    /// Its network changes.
    NetworkChanged,
    /// Its licensing service begins to stop, and hangs there.
    ServiceStopping,
    /// Its licensing service is there again.
    ServiceStarted,
    /// It is declared not genuine: an injection, for nothing here examines that.
    NonGenuine,
}

impl Happening {
    const ALL: [Self; 6] = [
        Self::HardwareChanged,
        Self::Restarted,
        Self::NetworkChanged,
        Self::ServiceStopping,
        Self::ServiceStarted,
        Self::NonGenuine,
    ];

    /// The word for each.
    pub const WORDS: [&'static str; 6] = [
        "hardware-changed",
        "restarted",
        "network-changed",
        "service-stopping",
        "service-started",
        "non-genuine",
    ];

    /// The one of this word.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let found = Self::ALL.into_iter().find(|happening| happening.word() == text);
        found.ok_or_else(|| TextError::new(1, format!("one of {}", Self::WORDS.join(", "))))
    }

    const fn word(self) -> &'static str {
        match self {
            Self::HardwareChanged => "hardware-changed",
            Self::Restarted => "restarted",
            Self::NetworkChanged => "network-changed",
            Self::ServiceStopping => "service-stopping",
            Self::ServiceStarted => "service-started",
            Self::NonGenuine => "non-genuine",
        }
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for (happening, word) in Happening::ALL.into_iter().zip(Happening::WORDS) {
            assert_eq!(
                (happening.to_string().as_str(), Happening::parse(word)),
                (word, Ok(happening))
            );
        }
        assert!(Happening::parse("flood").is_err());
    }
}
