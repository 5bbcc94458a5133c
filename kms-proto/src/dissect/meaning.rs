//! What a field's bytes mean, by the field's name.

use uuid::Uuid;

use crate::kms::catalogue;
use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::kms::machine_name::MachineName;
use crate::rpc::bind_ack::ContextResult;
use crate::rpc::bind_nak::RejectReason;
use crate::rpc::header::{DataRep, Flags, PacketType};
use crate::rpc::status::FaultStatus;
use crate::rpc::syntax::SyntaxId;
use crate::rpc::verification::{END, MUST_PROCESS};
use crate::time::FileTime;
use crate::wire::{Order, Wire};

/// The meaning of a structure as a whole.
pub(crate) fn group(name: &str, bytes: &[u8], order: Order) -> Option<String> {
    match name {
        "abstract_syntax" | "transfer_syntax" => {
            let syntax = SyntaxId::from_bytes(bytes, order).ok()?;
            Some(if syntax == SyntaxId::NIL { "none".to_owned() } else { syntax.to_string() })
        }
        "p_result" => Some(result(&ContextResult::from_bytes(bytes, order).ok()?)),
        _ => None,
    }
}

/// The meaning of one field; `None` where its bytes speak for themselves.
pub(crate) fn field(name: &str, bytes: &[u8], order: Order) -> Option<String> {
    let number = number(bytes, order);
    let short = || number.and_then(|number| u32::try_from(number).ok());
    Some(match name {
        "PTYPE" => PacketType(*bytes.first()?).to_string(),
        "pfc_flags" => Flags(*bytes.first()?).to_string(),
        "packed_drep" | "drep" => data_rep(DataRep(bytes.try_into().ok()?)),
        "status" => FaultStatus(short()?).to_string(),
        "provider_reject_reason" => RejectReason(short()?.try_into().ok()?).to_string(),
        "if_version" => format!("{}.{}", short()? & 0xffff, short()? >> 16),
        "referent" => if number? == 0 { "null" } else { "not null" }.to_owned(),
        "sec_addr" => format!("{:?}", String::from_utf8_lossy(bytes).trim_end_matches('\0')),
        "command" => command(short()?.try_into().ok()?),
        "HRESULT" => hresult(HResult(short()?)),
        "vm_info" => match short()? {
            0 => "bare metal".to_owned(),
            1 => "virtual machine".to_owned(),
            other => format!("{other}, not a usual value"),
        },
        "license_status" => LicenseStatus(short()?).to_string(),
        "binding_expiration" | "activation_interval" | "renewal_interval" => {
            format!("{} minutes", short()?)
        }
        "client_time" => FileTime(number?).to_string(),
        "machine_name" => format!("{:?}", MachineName::parse(bytes).ok()?.1.to_string()),
        "extended_pid" => format!("{:?}", utf16(bytes)),
        "if_uuid" | "object" | "application_id" | "activation_id" | "kms_counted_id" | "cmid"
        | "previous_cmid" => guid(bytes, order)?,
        "pad" | "auth_pad" | "auth_reserved" | "reserved" | "reserved2" | "surplus" => {
            return bytes.iter().any(|byte| *byte != 0).then(|| "not zero".to_owned());
        }
        "padding" => format!("{} bytes", bytes.len()),
        "iv" | "ciphertext" | "random_xored_ivs" | "hash" | "hwid" | "xored_ivs" | "hmac"
        | "mac" | "stub" | "message" | "trailing" | "auth_value" | "value" | "signature"
        | "body" | "rest" => return None,
        _ => number?.to_string(),
    })
}

/// An integer of one of the wire's sizes.
fn number(bytes: &[u8], order: Order) -> Option<u64> {
    let mut wide = [0; 8];
    if !matches!(bytes.len(), 1 | 2 | 4 | 8) {
        return None;
    }
    match order {
        Order::Little => wide.get_mut(..bytes.len())?.copy_from_slice(bytes),
        Order::Big => wide.get_mut(8 - bytes.len()..)?.copy_from_slice(bytes),
    }
    Some(match order {
        Order::Little => u64::from_le_bytes(wide),
        Order::Big => u64::from_be_bytes(wide),
    })
}

/// The octets of C706 §14.1 in words.
fn data_rep(DataRep([integers, floats, ..]): DataRep) -> String {
    let order = match integers >> 4 {
        0 => "big-endian",
        1 => "little-endian",
        _ => "no known order",
    };
    let characters = match integers & 0xf {
        0 => "ASCII",
        1 => "EBCDIC",
        _ => "no known characters",
    };
    let floats = match floats {
        0 => "IEEE",
        1 => "VAX",
        2 => "Cray",
        3 => "IBM",
        _ => "no known floats",
    };
    format!("{order}, {characters}, {floats}")
}

fn guid(bytes: &[u8], order: Order) -> Option<String> {
    let bytes = bytes.try_into().ok()?;
    let guid = match order {
        Order::Little => Uuid::from_bytes_le(bytes),
        Order::Big => Uuid::from_bytes(bytes),
    };
    let known = [(SyntaxId::KMS, "KMS"), (SyntaxId::NDR32, "NDR32"), (SyntaxId::NDR64, "NDR64")];
    let name = known.into_iter().find(|(syntax, _)| syntax.uuid == guid).map(|(_, name)| name);
    Some(match name {
        Some(name) => format!("{guid} ({name})"),
        None => guid.to_string(),
    })
}

/// What a server says of one context.
fn result(result: &ContextResult) -> String {
    let reason = match result.reason {
        ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED => "abstract syntax not supported",
        ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED => "transfer syntaxes not supported",
        ContextResult::LOCAL_LIMIT_EXCEEDED => "local limit exceeded",
        _ => "reason not specified",
    };
    match result.result {
        ContextResult::ACCEPTANCE => format!("accepted with {}", result.transfer_syntax),
        ContextResult::USER_REJECTION => format!("refused by the user: {reason}"),
        ContextResult::PROVIDER_REJECTION => format!("refused: {reason}"),
        ContextResult::NEGOTIATE_ACK => format!("features {:#x}", result.reason),
        other => format!("result {other}, reason {}", result.reason),
    }
}

/// A command of a verification trailer, with its two bits.
fn command(word: u16) -> String {
    let kind = word & !(END | MUST_PROCESS);
    let mut text = match kind {
        1 => "bitmask 1".to_owned(),
        2 => "context".to_owned(),
        3 => "header 2".to_owned(),
        _ => format!("command {kind}"),
    };
    for (bit, name) in [(END, ", the last"), (MUST_PROCESS, ", must be processed")] {
        if word & bit != 0 {
            text.push_str(name);
        }
    }
    text
}

fn hresult(code: HResult) -> String {
    match catalogue::find(code).and_then(|entry| entry.symbol) {
        Some(symbol) => format!("{code} {symbol}"),
        None => code.to_string(),
    }
}

/// UTF-16LE up to the first NUL, with replacement characters where the units are no text.
fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
