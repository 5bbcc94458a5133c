//! The verification trailer Windows may append to a request's stub (MS-RPCE §2.2.2.13).
//!
//! Always little-endian, whatever the PDU around it says. A signature, found at a multiple of four
//! bytes, then commands: which header and which context the client believes it uses.

use crate::error::{DecodeError, Reason, Stop};
use crate::guid::guid;
use crate::rpc::header::DataRep;
use crate::rpc::syntax::SyntaxId;
use crate::wire::{Order, Parsed, array, field, located, take, u8, u16, u32};
use crate::write::Writer;

/// What the trailer begins with (§2.2.2.13.1).
pub const SIGNATURE: [u8; 8] = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71];

/// Bit of a command word: no command follows.
pub const END: u16 = 0x4000;

/// Bit of a command word: a server that does not know the command must refuse the call.
pub const MUST_PROCESS: u16 = 0x8000;

const LE: Order = Order::Little;
const BITMASK_1: u16 = 1;
const PCONTEXT: u16 = 2;
const HEADER2: u16 = 3;

/// One command with the two bits of its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// [`END`] and [`MUST_PROCESS`], or neither.
    pub rules: u16,
    /// What it says.
    pub says: Says<'a>,
}

/// What a command says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says<'a> {
    /// Bit 1: the client supports header signing (§2.2.2.13.2).
    Bitmask1(u32),
    /// The interface and transfer syntax of the call's context (§2.2.2.13.4).
    Context {
        /// The interface.
        interface: SyntaxId,
        /// The transfer syntax.
        transfer: SyntaxId,
    },
    /// The call's header (§2.2.2.13.3).
    Header2(Header2),
    /// A command nobody knows: its type, 14 bits, and its bytes, a multiple of 4.
    Other(u16, &'a [u8]),
}

/// The fields of the request the client vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header2 {
    /// `PTYPE`: a request, 0.
    pub packet_type: u8,
    /// The data representation.
    pub data_rep: DataRep,
    /// The call.
    pub call_id: u32,
    /// The presentation context.
    pub context_id: u16,
    /// The operation.
    pub opnum: u16,
}

/// What the server knows of the call, to hold against the trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The request's header.
    pub header: Header2,
    /// The interface of its context.
    pub interface: SyntaxId,
    /// The transfer syntax of its context.
    pub transfer: SyntaxId,
}

impl<'a> Command<'a> {
    /// Reads one command.
    ///
    /// # Errors
    ///
    /// When bytes are missing, or the length is not a multiple of four or not its command's.
    pub fn parse(input: &'a [u8]) -> Parsed<'a, Self> {
        let (at, word) = field("command", u16(LE))(input)?;
        let (input, length) = field("length", u16(LE))(at)?;
        let (after, value) = field("value", take(length.into()))(input)?;
        let kind = word & !(END | MUST_PROCESS);
        let fixed = match kind {
            BITMASK_1 => 4,
            PCONTEXT => 40,
            HEADER2 => 16,
            _ => length & !3,
        };
        if length != fixed {
            let reason = Reason::Mismatch { found: length.into(), expected: fixed.into() };
            return Err(Stop::at("length", at, reason));
        }
        let (_, says) = match kind {
            BITMASK_1 => {
                field("bits", u32(LE))(input).map(|(rest, b)| (rest, Says::Bitmask1(b)))?
            }
            PCONTEXT => context(input)?,
            HEADER2 => header2(input)?,
            other => (after, Says::Other(other, value)),
        };
        Ok((after, Self { rules: word & (END | MUST_PROCESS), says }))
    }

    /// Writes one command.
    pub fn emit(&self, out: &mut Writer<'_>) {
        let rules = self.rules & (END | MUST_PROCESS);
        let mut head = |kind: u16, length: usize| {
            put16(out, "command", (kind & !(END | MUST_PROCESS)) | rules);
            put16(out, "length", u16::try_from(length).unwrap_or(u16::MAX));
        };
        match self.says {
            Says::Bitmask1(bits) => {
                head(BITMASK_1, 4);
                put32(out, "bits", bits);
            }
            Says::Context { interface, transfer } => {
                head(PCONTEXT, 40);
                for syntax in [interface, transfer] {
                    out.bytes("if_uuid", &syntax.uuid.to_bytes_le());
                    put16(out, "major", syntax.major);
                    put16(out, "minor", syntax.minor);
                }
            }
            Says::Header2(header) => {
                head(HEADER2, 16);
                out.u8("PTYPE", header.packet_type);
                out.bytes("reserved", &[0; 3]);
                out.bytes("drep", &header.data_rep.0);
                put32(out, "call_id", header.call_id);
                put16(out, "p_cont_id", header.context_id);
                put16(out, "opnum", header.opnum);
            }
            Says::Other(kind, value) => {
                head(kind, value.len());
                out.bytes("value", value);
            }
        }
    }
}

/// Writes a trailer: pad until the stub, `before` bytes so far, is a multiple of four, the
/// signature, the commands, the last of which gets the end bit.
pub fn emit(commands: &[Command<'_>], before: usize, out: &mut Writer<'_>) {
    let pad = before.next_multiple_of(4).saturating_sub(before);
    out.bytes("pad", [0; 3].get(..pad).unwrap_or_default());
    out.bytes("signature", &SIGNATURE);
    for (left, command) in (0..commands.len()).rev().zip(commands) {
        let end = if left == 0 { END } else { 0 };
        let rules = (command.rules & !END) | end;
        out.group("command", |out| Command { rules, ..*command }.emit(out));
    }
}

/// Holds the bytes after a call's parameters, which begin `before` bytes into the stub, against
/// what is known of the call.
///
/// Padding of any length may stand before the signature (§2.2.2.13: the server searches on). After
/// it, each command stands at most once and says the truth, the last has the end bit, and nothing
/// follows that one.
///
/// # Errors
///
/// When there is no well-formed trailer, or it contradicts the call. The offset counts from the
/// start of `trailing`.
pub fn check(trailing: &[u8], before: usize, known: &Known) -> Result<(), DecodeError> {
    let start = find(trailing, before).ok_or(DecodeError {
        field: "signature",
        reason: Reason::Text("no verification trailer is there"),
        offset: 0,
    })?;
    let body = trailing.get(start.saturating_add(SIGNATURE.len())..).unwrap_or_default();
    commands(body, known).map_err(|error| located(&error, trailing.len()))
}

/// Where the signature stands in `trailing`, which begins `before` bytes into the stub: the first
/// place whose offset in the stub is a multiple of four.
pub fn find(trailing: &[u8], before: usize) -> Option<usize> {
    let pad = before.next_multiple_of(4).saturating_sub(before);
    let aligned = trailing.get(pad..)?;
    aligned
        .windows(SIGNATURE.len())
        .step_by(4)
        .position(|window| window == SIGNATURE)
        .map(|index| pad + index * 4)
}

fn commands(body: &[u8], known: &Known) -> Result<(), nom::Err<Stop>> {
    let mut input = body;
    let mut seen = 0_u8;
    loop {
        let at = input;
        let wrong = |why| Err(Stop::at("command", at, Reason::Text(why)));
        let (rest, command) = Command::parse(input)?;
        let (bit, holds) = match command.says {
            Says::Bitmask1(_) => (1, true),
            Says::Context { interface, transfer } => {
                (2, (interface, transfer) == (known.interface, known.transfer))
            }
            Says::Header2(header) => (4, header == known.header),
            Says::Other(..) => (0, command.rules & MUST_PROCESS == 0),
        };
        if seen & bit != 0 {
            return wrong("a command stands there twice");
        }
        if !holds {
            return wrong("it contradicts the call, or must be processed and is not known");
        }
        seen |= bit;
        if command.rules & END != 0 {
            if rest.is_empty() {
                return Ok(());
            }
            return Err(Stop::at("trailing", rest, Reason::Trailing(rest.len())));
        }
        input = rest;
    }
}

fn context(input: &[u8]) -> Parsed<'_, Says<'_>> {
    let (input, interface) = syntax(input)?;
    let (input, transfer) = syntax(input)?;
    Ok((input, Says::Context { interface, transfer }))
}

fn syntax(input: &[u8]) -> Parsed<'_, SyntaxId> {
    let (input, uuid) = field("if_uuid", guid(LE))(input)?;
    let (input, major) = field("major", u16(LE))(input)?;
    let (input, minor) = field("minor", u16(LE))(input)?;
    Ok((input, SyntaxId { uuid, major, minor }))
}

fn header2(input: &[u8]) -> Parsed<'_, Says<'_>> {
    let (input, packet_type) = field("PTYPE", u8)(input)?;
    let (input, _) = field("reserved", take(3))(input)?;
    let (input, data_rep) = field("drep", array::<4>)(input)?;
    let (input, call_id) = field("call_id", u32(LE))(input)?;
    let (input, context_id) = field("p_cont_id", u16(LE))(input)?;
    let (input, opnum) = field("opnum", u16(LE))(input)?;
    let data_rep = DataRep(data_rep);
    Ok((input, Says::Header2(Header2 { packet_type, data_rep, call_id, context_id, opnum })))
}

fn put16(out: &mut Writer<'_>, name: &'static str, value: u16) {
    out.bytes(name, &value.to_le_bytes());
}

fn put32(out: &mut Writer<'_>, name: &'static str, value: u32) {
    out.bytes(name, &value.to_le_bytes());
}
