//! `w32tm /monitor`: the clocks of several computers, each measured once.

use core::fmt::{self, Write};
use core::net::{Ipv4Addr, SocketAddr};

use kms_proto::kms::hresult::HResult;
use kms_proto::ntp::exchange::Exchange;
use kms_proto::ntp::packet::Packet;
use kms_proto::ntp::reference_id::ReferenceId;
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};

use crate::w32tm::reply::Reply;
use crate::w32tm::seconds::Offset;

/// How long an answer is waited for, as `w32tm` says it of a server that is silent.
pub const PATIENCE: Nanos = Nanos::seconds(1);

/// `w32tm` prints whole milliseconds.
const NANOS_PER_MILLI: i64 = 1_000_000;

/// A computer that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computer {
    /// Its name, as it is printed.
    pub name: String,
    /// Whether it is the domain's first, by whose clock the others are measured.
    pub first: bool,
    /// What came of it.
    pub found: Found,
}

/// What came of looking at a computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nobody has this name.
    Nobody,
    /// It is there, and tells no time.
    Silent {
        /// Where it is.
        address: SocketAddr,
    },
    /// It answered.
    Answer {
        /// Where it is.
        address: SocketAddr,
        /// How long that took.
        took: Nanos,
        /// What must be added to the clock here to read the same.
        offset: Nanos,
        /// The answer.
        packet: Packet,
    },
}

impl Found {
    /// What the answer says to the question that bore `asked`, the clock here reading `came`.
    pub fn answer(
        address: SocketAddr,
        took: Nanos,
        asked: FileTime,
        answer: Option<(&[u8], FileTime)>,
    ) -> Self {
        let read = answer.and_then(|(bytes, came)| {
            let (_, packet) = Packet::parse(bytes, Order::Big).ok()?;
            Some((packet, came)).filter(|(packet, _)| packet.origin == Timestamp::of(asked))
        });
        match read {
            None => Self::Silent { address },
            Some((packet, came)) => {
                let offset = Exchange::new(&packet, came).offset();
                Self::Answer { address, took, offset, packet }
            }
        }
    }

    const fn offset(self) -> Option<Nanos> {
        match self {
            Self::Answer { offset, .. } => Some(offset),
            Self::Nobody | Self::Silent { .. } => None,
        }
    }
}

/// What is printed of these computers; `name_of` says whose an address is.
///
/// Unlike a time service it also takes the word of a server that does not know the time.
pub fn text(computers: &[Computer], name_of: impl Fn(Ipv4Addr) -> Option<String>) -> String {
    let first = computers.iter().find(|computer| computer.first);
    let base = first.and_then(|first| Some((first.name.as_str(), first.found.offset()?)));
    let base = base.unwrap_or(("local clock", Nanos(0)));
    let mut out = String::new();
    for computer in computers {
        // A String takes whatever is written to it.
        let _ = write(&mut out, computer, base, &name_of);
    }
    out + "\nWarning:\nReverse name resolution is best effort. It may not be\n\
           correct since RefID field in time packets differs across\n\
           NTP implementations and may not be using IP addresses.\n"
}

/// What is printed where a machine knows no domain controllers.
pub fn no_domain() -> Reply {
    let sentence = "The specified domain either does not exist or could not be contacted.";
    Reply::error(HResult::from_win32(1355), sentence)
}

fn write(
    out: &mut String,
    Computer { name, first, found }: &Computer,
    (whose, base): (&str, Nanos),
    name_of: &impl Fn(Ipv4Addr) -> Option<String>,
) -> fmt::Result {
    out.push_str(name);
    if *first {
        out.push_str(" *** PDC ***");
    }
    match *found {
        Found::Nobody => writeln!(out, " [error WSAHOST_NOT_FOUND]"),
        Found::Silent { address } => writeln!(
            out,
            "[{address}]:\n    ICMP: 0ms delay\n    NTP: error ERROR_TIMEOUT - no response from \
             server in {}ms",
            PATIENCE.0 / NANOS_PER_MILLI
        ),
        Found::Answer { address, took, offset, packet } => {
            let shown = Offset(Nanos(offset.0.saturating_sub(base.0)));
            let (delay, stratum) = (took.0 / NANOS_PER_MILLI, packet.stratum);
            writeln!(out, "[{address}]:\n    ICMP: {delay}ms delay")?;
            writeln!(out, "    NTP: {shown} offset from {whose}")?;
            let from = reference(stratum, packet.reference_id, name_of);
            writeln!(out, "        RefID: {from}\n        Stratum: {stratum}")
        }
    }
}

/// Whom a server has its time from. A number stands as a computer of Intel's reads the bytes.
fn reference(
    stratum: u8,
    id: ReferenceId,
    name_of: &impl Fn(Ipv4Addr) -> Option<String>,
) -> String {
    let number = u32::from_le_bytes(id.0);
    match stratum {
        0 => format!("(unspecified / unsynchronized) [0x{number:08X}]"),
        1 => match id.name() {
            Some(name) => format!("'{name}' [0x{number:08X}]"),
            None => format!("(unknown) [0x{number:08X}]"),
        },
        _ => {
            let address = id.address();
            let name = name_of(address).unwrap_or_else(|| "(unknown)".to_owned());
            format!("{name} [{address}]")
        }
    }
}
