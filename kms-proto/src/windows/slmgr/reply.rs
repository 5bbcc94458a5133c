//! What a command prints, how it ended, and what is left to be done.

use crate::kms::hresult::HResult;
use crate::windows::profile::Profile;
use crate::windows::slmgr::parse::Wrong;
use crate::windows::slmgr::usage::usage;
use crate::windows::slmgr_error::error_line;

/// What came of a command so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What is printed, lines ending in `\n`.
    pub text: String,
    /// How it ended; success while something is left to be done.
    pub code: HResult,
    /// What is left to those who run the machine before the command has ended.
    pub effect: Option<Effect>,
}

/// What a command asks of those who run the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask a KMS host, then print what came of it.
    Activate,
}

impl Reply {
    /// A command that succeeded and printed this line.
    pub fn line(line: &str) -> Self {
        Self { text: format!("{line}\n"), ..Self::default() }
    }

    /// A command that failed, with the line slmgr has for the code.
    pub fn error(code: HResult) -> Self {
        Self::failed(code, &error_line(code))
    }

    /// A command that failed, with a line of its own.
    pub fn failed(code: HResult, line: &str) -> Self {
        Self { text: format!("{line}\n"), code, effect: None }
    }

    /// The usage, which is what slmgr prints when it was told nothing: an error.
    pub fn usage(profile: Profile) -> Self {
        Self { text: usage(profile), code: HResult(1), effect: None }
    }

    /// How a wrong command line ends: with the reason and the usage.
    pub fn wrong(wrong: &Wrong, profile: Profile) -> Self {
        Self { text: format!("\n{wrong}\n{}", usage(profile)), code: HResult(1), effect: None }
    }

    /// What slmgr says of a remote computer whose slmgr is older than itself.
    pub fn remote_is_older() -> Self {
        let line = "The remote machine does not support this version of SLMgr.vbs";
        Self::failed(HResult(1), line)
    }

    /// No product has a key, or none with the activation id that was given.
    pub fn no_product() -> Self {
        Self::failed(HResult::SKU_NOT_FOUND, "Error: product not found.")
    }

    /// No product key is installed.
    pub fn no_key() -> Self {
        Self::failed(HResult::NO_KEY, "Error: product key not found.")
    }

    /// No product has this activation id.
    pub fn no_such_id(id: &str) -> Self {
        let line = format!("Error: Activation ID ({id}) not found.");
        Self::failed(HResult::SKU_NOT_FOUND, &line)
    }
}
