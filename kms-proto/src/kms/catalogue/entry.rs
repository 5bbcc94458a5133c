//! One row of the catalogue.

use core::fmt;

use serde::Serialize;

use crate::kms::hresult::HResult;

/// What is known of one result code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The code.
    pub code: HResult,
    /// Its name in Microsoft's headers, where it has one.
    pub symbol: Option<&'static str>,
    /// The message Microsoft documents, where there is one.
    pub message: Option<&'static str>,
    /// Whose words the message is in.
    pub wording: Wording,
    /// Which kind of activation Microsoft's tables list it under.
    pub activation: &'static str,
    /// Where it shows.
    pub surfaces: &'static [Surface],
    /// What slmgr shows for it.
    pub shown: Shown,
    /// Under which Windows it shows.
    pub profile: Profile,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether the simulator produces it.
    pub simulated: Simulated,
    /// What makes the simulator produce it, or why it does not.
    pub trigger: &'static str,
    /// What the sources say differently from one another.
    pub notes: &'static [&'static str],
}

/// An empty row, from which the tables are filled.
pub(crate) const BLANK: Entry = Entry {
    code: HResult::OK,
    symbol: None,
    message: None,
    wording: Wording::Table,
    activation: "KMS client",
    surfaces: &[],
    shown: Shown::Itself,
    profile: Profile::Every,
    cause: "",
    remedy: "",
    simulated: Simulated::Never,
    trigger: "",
    notes: &[],
};

/// Where a message was read; the same code may have other words elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// Microsoft's page "Resolve Windows activation error codes", and its editions before.
    Table,
    /// The Windows SDK's header `slerror.h`.
    Header,
    /// The script `slmgr.vbs`.
    Slmgr,
    /// The Windows SDK's headers for all of the system: `winerror.h` and `ntstatus.h`.
    System,
    /// No public source was found that has a message.
    Nowhere,
}

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "of Microsoft's table of activation error codes",
            Self::Header => "of the header slerror.h",
            Self::Slmgr => "of slmgr.vbs",
            Self::System => "of the system's headers (winerror.h, ntstatus.h)",
            Self::Nowhere => "",
        })
    }
}

/// A place where people and tools meet a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The client's `slmgr`.
    Slmgr,
    /// The KMS host's `slmgr`.
    HostSlmgr,
    /// `LicenseStatusReason`, and the notification reason of `slmgr /dlv`.
    LicenseStatusReason,
    /// The client's event 12288: the request, and what became of it.
    Event12288,
    /// The client's event 12289: the answer.
    Event12289,
    /// The host's event 12290: the request, and what it was answered with.
    Event12290,
    /// The host's event 12293: publishing in DNS failed.
    Event12293,
    /// The client's event 8198: activation failed.
    Event8198,
    /// Office's `ospp.vbs`.
    Ospp,
    /// The activation window.
    Window,
}

impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Slmgr => "slmgr",
            Self::HostSlmgr => "slmgr on the host",
            Self::LicenseStatusReason => "LicenseStatusReason",
            Self::Event12288 => "client event 12288",
            Self::Event12289 => "client event 12289",
            Self::Event12290 => "host event 12290",
            Self::Event12293 => "host event 12293",
            Self::Event8198 => "client event 8198",
            Self::Ospp => "ospp.vbs",
            Self::Window => "the activation window",
        })
    }
}

/// What slmgr shows when this code is the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The code itself.
    Itself,
    /// 0xC004F074; the code stands in the event log.
    Folded,
}

/// The Windows whose surfaces carry a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Every one that activates by KMS.
    Every,
    /// Windows Vista and Server 2008.
    Vista,
    /// One of several codes for one cause; which Windows gives which is not documented.
    Unsettled,
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Every => "every Windows that activates by KMS",
            Self::Vista => "Windows Vista and Server 2008",
            Self::Unsettled => "not documented: one of several codes for the same cause",
        })
    }
}

/// Whether and how the simulator produces a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Simulated {
    /// End to end: from host, client, DNS, clock and network as they are.
    EndToEnd,
    /// As a state of the simulated client or host, without a network cause.
    State,
    /// Only when a host is told to refuse with it, as it can be with any code.
    Injected,
    /// Not yet, though it belongs to what is simulated; a host can be told to refuse with it.
    Planned,
    /// Not at all.
    Never,
}

impl fmt::Display for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EndToEnd => "produced end to end",
            Self::State => "produced as a state",
            Self::Injected => "only when injected",
            Self::Planned => "not yet",
            Self::Never => "out of scope",
        })
    }
}
