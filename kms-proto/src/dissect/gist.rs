//! What a listing comes to: the few things of a PDU that are said in one line.

use crate::dissect::listing::{Line, Listing};
use crate::dissect::message::FOREIGN;
use crate::kms::hresult::HResult;
use crate::kms::machine_name::MachineName;
use crate::rpc::status::FaultStatus;
use crate::text::from_hex;
use crate::time::FileTime;

/// What can be said of a message's seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// It is the realm's.
    Holds,
    /// The form is right; the seal is not this realm's, or the message was altered.
    Foreign,
    /// No realm was given to open it with.
    Unopened,
}

/// The gist of a PDU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gist {
    /// The KMS message's version, major and minor, where there is a message.
    pub version: Option<(u16, u16)>,
    /// The client's time in it, where it could be read.
    pub client_time: Option<FileTime>,
    /// The machine's name in it, where it could be read.
    pub machine: Option<String>,
    /// What its seal is, where it has one.
    pub sealed: Option<Sealed>,
    /// The count in an answer.
    pub count: Option<u32>,
    /// What the call returned.
    pub hresult: Option<HResult>,
    /// How the call faulted.
    pub fault: Option<FaultStatus>,
    /// What is wrong with the form: where and why.
    pub wrong: Option<(usize, String)>,
}

impl Gist {
    /// The gist of a listing of one PDU.
    pub fn of(listing: &Listing) -> Self {
        let find = |name: &str| listing.lines.iter().find(|line| line.name == name);
        let wrong = find("error").map(|line| (line.offset, line.meaning.clone()));
        let short = |name| find(name).and_then(bytes::<2>).map(u16::from_le_bytes);
        Self {
            version: short("version_major").zip(short("version_minor")),
            client_time: find("client_time")
                .and_then(bytes)
                .map(|bytes| FileTime(u64::from_le_bytes(bytes))),
            machine: find("machine_name").and_then(machine),
            sealed: sealed(listing),
            count: find("count").and_then(bytes).map(u32::from_le_bytes),
            hresult: find("HRESULT").and_then(word(listing)).map(HResult),
            fault: find("status").and_then(word(listing)).map(FaultStatus),
            wrong,
        }
    }
}

/// Whether the seal of the message in a listing holds.
fn sealed(listing: &Listing) -> Option<Sealed> {
    let line = |name: &str| listing.lines.iter().find(|line| line.name == name);
    let judged = |line: &Line| match line.meaning.as_str() {
        FOREIGN | "does not hold" => Sealed::Foreign,
        "" => Sealed::Unopened,
        _ => Sealed::Holds,
    };
    if let Some(mac) = line("mac") {
        return Some(judged(mac));
    }
    let ciphertext = line("ciphertext")?;
    if line("plaintext").is_none() {
        let foreign = ciphertext.meaning == FOREIGN;
        return Some(if foreign { Sealed::Foreign } else { Sealed::Unopened });
    }
    let proofs = ["hash", "hmac"].map(|name| line(name).map(judged));
    let broken = proofs.iter().flatten().any(|proof| *proof != Sealed::Holds);
    Some(if broken { Sealed::Foreign } else { Sealed::Holds })
}

/// The bytes of a field of this length.
fn bytes<const N: usize>(line: &Line) -> Option<[u8; N]> {
    from_hex(&line.hex).ok()?.try_into().ok()
}

/// Reads a number of the stub or of RPC, which have the order their PDU says.
fn word(listing: &Listing) -> impl Fn(&Line) -> Option<u32> {
    let representation = listing.lines.iter().find(|line| line.name == "packed_drep");
    let big = representation.is_some_and(|line| line.hex.starts_with('0'));
    move |line| bytes(line).map(if big { u32::from_be_bytes } else { u32::from_le_bytes })
}

fn machine(line: &Line) -> Option<String> {
    let bytes = from_hex(&line.hex).ok()?;
    MachineName::parse(&bytes).ok().map(|(_, name)| name.to_string())
}
