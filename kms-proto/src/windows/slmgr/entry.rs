//! An option of slmgr: its parameters, its help, who has it, and the command it is.

use crate::windows::profile::Profile;
use crate::windows::slmgr::command::{Command, Which};

/// The heading an option stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Of every machine.
    Global,
    /// Seldom needed.
    Advanced,
    /// Of KMS clients.
    KmsClient,
    /// Of token-based activation.
    Token,
    /// Of KMS hosts.
    KmsHost,
    /// Of activation by Active Directory.
    ActiveDirectory,
}

impl Group {
    /// Every heading, in order.
    pub const ALL: [Self; 6] = [
        Self::Global,
        Self::Advanced,
        Self::KmsClient,
        Self::Token,
        Self::KmsHost,
        Self::ActiveDirectory,
    ];

    /// The heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Global => "Global Options:",
            Self::Advanced => "Advanced Options:",
            Self::KmsClient => "Volume Licensing: Key Management Service (KMS) Client Options:",
            Self::Token => "Volume Licensing: Token-based Activation Options:",
            Self::KmsHost => "Volume Licensing: Key Management Service (KMS) Options:",
            Self::ActiveDirectory => "Volume Licensing: Active Directory (AD) Activation Options:",
        }
    }
}

/// Which generations of Windows have an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// All of them.
    Ever,
    /// Windows 8 and Windows Server 2012 on.
    Windows8,
    /// Windows 7 and Windows Server 2008 R2 only.
    Windows7Only,
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What follows the slash.
    pub name: &'static str,
    /// Its parameters: `<needed>` ones before `[optional]` ones.
    pub parameters: &'static [&'static str],
    /// What it does.
    pub help: &'static str,
    /// The heading it stands under.
    pub group: Group,
    /// Which generations of Windows have it.
    pub since: Since,
    /// The command it is, given its arguments; those it needs are there.
    pub(super) command: fn(&Arguments<'_>) -> Command,
}

impl Entry {
    /// Whether this generation of Windows has it.
    pub fn known_to(&self, profile: Profile) -> bool {
        match self.since {
            Since::Ever => true,
            Since::Windows8 => profile == Profile::Windows8,
            Since::Windows7Only => profile == Profile::Windows7,
        }
    }
}

/// What was typed after an option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments<'a>(pub(super) &'a [&'a str]);

impl Arguments<'_> {
    /// The argument at a place; empty where it was left out.
    pub(super) fn text(&self, place: usize) -> String {
        self.optional(place).unwrap_or_default()
    }

    pub(super) fn optional(&self, place: usize) -> Option<String> {
        self.0.get(place).map(|text| (*text).to_owned())
    }

    pub(super) fn which(&self) -> Which {
        match self.optional(0) {
            None => Which::Installed,
            Some(text) if text.eq_ignore_ascii_case("all") => Which::All,
            Some(id) => Which::Id(id),
        }
    }
}
