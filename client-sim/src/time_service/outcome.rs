//! What came of a resynchronisation.

use kms_proto::kms::hresult::HResult;

/// The results of the service's own call (MS-W32T, `W32TimeSync`), numbered as there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// The clock was set, or was right.
    #[default]
    Success,
    /// No source gave time.
    NoData,
    /// No source gave time that was new.
    StaleData,
    /// The correction is beyond the limit.
    TooBig,
    /// The service was stopped meanwhile.
    ShutDown,
}

impl Outcome {
    /// Its number: `Last Sync Error` of `w32tm /query /status /verbose`.
    pub const fn number(self) -> u32 {
        match self {
            Self::Success => 0,
            Self::NoData => 1,
            Self::StaleData => 2,
            Self::TooBig => 3,
            Self::ShutDown => 4,
        }
    }

    /// The sentence `w32tm` prints.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Success => "The command completed successfully.",
            Self::NoData => "The computer did not resync because no time data was available.",
            Self::StaleData => {
                "The computer did not resync because only stale time data was available."
            }
            Self::TooBig => {
                "The computer did not resync because the required time change was too big."
            }
            Self::ShutDown => {
                "The computer did not resync because the time service was shutting down."
            }
        }
    }

    /// How the command ends: with the number itself.
    pub const fn code(self) -> HResult {
        HResult(self.number())
    }
}
