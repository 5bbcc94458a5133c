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

    /// The same with another line behind it.
    #[must_use]
    pub fn and(mut self, line: &str) -> Self {
        self.text.push_str(line);
        self.text.push('\n');
        self
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

    /// An option of another way to activate: a lab has no tokens and no Active Directory, and says
    /// so as a computer without them does.
    pub fn elsewhere(option: &str) -> Self {
        match option {
            "/lil" => Self::line("Token-based Activation Issuance Licenses:\n\nNo licenses found."),
            "/ril" => {
                Self::line("Removing Token-based Activation License ...\n\nNo licenses found.")
            }
            "/ltc" | "/fta" => Self::error(HResult(0xC004_F305)),
            _ => Self::error(HResult::NOT_SUPPORTED),
        }
    }

    /// The text of `/dti`.
    pub fn installation_id(id: &str) -> Self {
        Self::line(&format!(
            "Installation ID: {id}\n\n\
             Product activation telephone numbers can be obtained by searching the phone.inf file \
             for the appropriate phone number for your location/country. You can open the \
             phone.inf file from a Command Prompt or the Start Menu by running: notepad \
             %systemroot%\\system32\\sppui\\phone.inf"
        ))
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
