//! What the Windows Time service writes into the System log.
//!
//! Texts from the provider's message table and KB 830092; where the two name the same event in
//! different words, the older stands (`docs/choices.md`).

use core::fmt;

use crate::ntp::reference_id::ReferenceId;
use crate::time::FileTime;
use crate::windows::event::{Event, Level, Log, OneLine};

/// The provider of these events; `W32Time` before Windows Vista.
pub const PROVIDER: &str = "Microsoft-Windows-Time-Service";

/// An event of the time service, with what its text names.
///
/// A peer stands as the service names it: `DC01.lab.example (ntp.d|0.0.0.0:123->10.0.0.10:123)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeEvent {
    /// 12: it is to follow the domain, and is the domain's first itself.
    TopOfDomain,
    /// 29: none of its sources can be reached.
    NoSource {
        /// Minutes until it tries again.
        minutes: u32,
    },
    /// 34: a correction beyond the limit; it is not made.
    TooBig {
        /// What the clock is behind its source, in seconds.
        seconds: i64,
        /// The largest correction that is made, in seconds.
        limit: u32,
        /// The source.
        source: String,
    },
    /// 35: it has a new source.
    Synchronizing {
        /// The source.
        source: String,
        /// Its reference id here: its address.
        reference_id: ReferenceId,
        /// The stratum of this computer now.
        stratum: u8,
    },
    /// 36: it has had no usable time for long.
    Unsynchronized {
        /// For how many seconds.
        seconds: u64,
    },
    /// 37: a peer gives valid time.
    Receiving {
        /// The peer.
        peer: String,
    },
    /// 38: a peer that gave valid time no longer does.
    NotReceiving {
        /// The peer.
        peer: String,
    },
    /// 47: a manual peer is given up.
    Discarded {
        /// The peer, with its flags.
        peer: String,
    },
    /// 50: the clock is far off, and has been for long.
    Spike {
        /// Far, in milliseconds.
        milliseconds: u64,
        /// Long, in seconds.
        seconds: u64,
    },
    /// 52: the clock was set by more than the audit threshold.
    Jumped {
        /// By how much, in seconds.
        seconds: i64,
    },
    /// 129: no domain controller was found.
    NoDomainPeer {
        /// Minutes until it tries again.
        minutes: u32,
    },
    /// 134: a manual peer's name has no address.
    NoManualPeer {
        /// The peer, with its flags.
        peer: String,
        /// Minutes until it tries again.
        minutes: u32,
    },
    /// 137: a manual peer's name has an address again.
    ManualPeerFound {
        /// The peer, with its flags.
        peer: String,
    },
    /// 138: a domain controller was found again.
    DomainPeerFound {
        /// Its name.
        peer: String,
    },
    /// 139: a domain controller offers time.
    Advertising,
    /// 143: it offers reliable time.
    AdvertisingGood,
}

impl TimeEvent {
    /// The event's id.
    pub const fn id(&self) -> u16 {
        match self {
            Self::TopOfDomain => 12,
            Self::NoSource { .. } => 29,
            Self::TooBig { .. } => 34,
            Self::Synchronizing { .. } => 35,
            Self::Unsynchronized { .. } => 36,
            Self::Receiving { .. } => 37,
            Self::NotReceiving { .. } => 38,
            Self::Discarded { .. } => 47,
            Self::Spike { .. } => 50,
            Self::Jumped { .. } => 52,
            Self::NoDomainPeer { .. } => 129,
            Self::NoManualPeer { .. } => 134,
            Self::ManualPeerFound { .. } => 137,
            Self::DomainPeerFound { .. } => 138,
            Self::Advertising => 139,
            Self::AdvertisingGood => 143,
        }
    }

    /// How grave it is.
    pub const fn level(&self) -> Level {
        match self {
            Self::NoSource { .. } | Self::TooBig { .. } => Level::Error,
            Self::TopOfDomain
            | Self::Unsynchronized { .. }
            | Self::Discarded { .. }
            | Self::Spike { .. }
            | Self::Jumped { .. }
            | Self::NoDomainPeer { .. }
            | Self::NoManualPeer { .. } => Level::Warning,
            _ => Level::Information,
        }
    }

    /// The entry, written when the machine's clock reads `time_created`.
    pub fn event(&self, time_created: FileTime) -> Event {
        Event {
            id: self.id(),
            log: Log::System,
            provider: PROVIDER,
            level: self.level(),
            time_created,
            message: self.to_string(),
            info: String::new(),
        }
    }
}

const TOP_OF_DOMAIN: &str = "Time Provider NtpClient: This machine is configured to use the domain hierarchy \
    to determine its time source, but it is the AD PDC emulator for the domain at the \
    root of the forest, so there is no machine above it in the domain hierarchy to \
    use as a time source. It is recommended that you either configure a reliable time \
    service in the root domain, or manually configure the AD PDC to synchronize with \
    an external time source. Otherwise, this machine will function as the \
    authoritative time source in the domain hierarchy. If an external time source is \
    not configured or used for this computer, you may choose to disable the \
    NtpClient.";

/// The text.
impl fmt::Display for TimeEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopOfDomain => f.write_str(TOP_OF_DOMAIN),
            Self::NoSource { minutes } => write!(
                f,
                "The time provider NtpClient is configured to acquire time from one or more time \
                 sources, however none of the sources are currently accessible. No attempt to \
                 contact a source will be made for {minutes} minutes. NtpClient has no source of \
                 accurate time."
            ),
            // Two blanks before "changed", as the message table has them.
            Self::TooBig { seconds, limit, source } => write!(
                f,
                "The time service has detected that the system time needs to be  changed by \
                 {seconds} seconds. The time service will not change the system time by more than \
                 {limit} seconds. Verify that your time and time zone are correct, and that the \
                 time source {} is working properly.",
                OneLine(source)
            ),
            Self::Synchronizing { source, reference_id, stratum } => write!(
                f,
                "The time service is now synchronizing the system time with the time source {} \
                 with reference id {}. Current local stratum number is {stratum}.",
                OneLine(source),
                reference_id.number()
            ),
            Self::Unsynchronized { seconds } => write!(
                f,
                "The time service has not been able to synchronize the system time for {seconds} \
                 seconds because none of the time providers has been able to provide a usable time \
                 stamp. The system clock is unsynchronized."
            ),
            Self::Receiving { peer } => write!(
                f,
                "The time provider NtpClient is currently receiving valid time data from {}.",
                OneLine(peer)
            ),
            Self::NotReceiving { peer } => write!(
                f,
                "The time provider NtpClient cannot reach or is currently receiving invalid time \
                 data from {}.",
                OneLine(peer)
            ),
            Self::Discarded { peer } => write!(
                f,
                "Time Provider NtpClient: No valid response has been received from manually \
                 configured peer {} after 8 attempts to contact it. This peer will be discarded as \
                 a time source and NtpClient will attempt to discover a new peer with this DNS \
                 name. The error was: The peer is unreachable.",
                OneLine(peer)
            ),
            Self::Spike { milliseconds, seconds } => write!(
                f,
                "The time service detected a time difference of greater than {milliseconds} \
                 milliseconds for {seconds} seconds. The time difference might be caused by \
                 synchronization with low-accuracy time sources or by suboptimal network \
                 conditions. The time service is no longer synchronized and cannot provide the \
                 time to other clients or update the system clock. When a valid time stamp is \
                 received from a time service provider, the time service will correct itself."
            ),
            Self::Jumped { seconds } => {
                write!(f, "The time service has set the time with offset {seconds} seconds.")
            }
            Self::NoDomainPeer { minutes } => write!(
                f,
                "NtpClient was unable to set a domain peer to use as a time source because of \
                 discovery error. NtpClient will try again in {minutes} minutes and double the \
                 reattempt interval thereafter. The error was: The entry is not found. \
                 (0x800706E1)"
            ),
            Self::NoManualPeer { peer, minutes } => write!(
                f,
                "NtpClient was unable to set a manual peer to use as a time source because of DNS \
                 resolution error on '{}'. NtpClient will try again in {minutes} minutes and \
                 double the reattempt interval thereafter. The error was: No such host is known. \
                 (0x80072AF9)",
                OneLine(peer)
            ),
            Self::ManualPeerFound { peer } => write!(
                f,
                "NtpClient succeeds in resolving manual peer {} after a previous failure.",
                OneLine(peer)
            ),
            Self::DomainPeerFound { peer } => write!(
                f,
                "NtpClient succeeds in resolving domain peer {} after a previous failure.",
                OneLine(peer)
            ),
            Self::Advertising => {
                f.write_str("The time service has started advertising as a time source.")
            }
            Self::AdvertisingGood => {
                f.write_str("The time service has started advertising as a good time source.")
            }
        }
    }
}
