//! The table, and the ways to find a row of it.

use crate::kms::catalogue::entry::Entry;
use crate::kms::catalogue::{attempt, boundary, dns, key, license, rpc, system, transport};
use crate::kms::hresult::HResult;

/// The families, each sorted by code.
const FAMILIES: [&[Entry]; 8] = [
    attempt::ENTRIES,
    boundary::ENTRIES,
    dns::ENTRIES,
    key::ENTRIES,
    license::ENTRIES,
    rpc::ENTRIES,
    system::ENTRIES,
    transport::ENTRIES,
];

/// Every entry, in no particular order.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    FAMILIES.into_iter().flatten()
}

/// The entry of a code.
pub fn find(code: HResult) -> Option<&'static Entry> {
    FAMILIES.into_iter().find_map(|family| {
        let index = family.binary_search_by_key(&code, |entry| entry.code).ok()?;
        family.get(index)
    })
}

/// The entry of a symbol, in any case of letters.
pub fn find_symbol(symbol: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.symbol.is_some_and(|known| known.eq_ignore_ascii_case(symbol)))
}

/// The entry whose code is a slip of the hand away: one hexadecimal digit is another, or two
/// neighbours changed places. Of several the nearest by number; success is like no error.
pub fn nearest(code: HResult) -> Option<&'static Entry> {
    let like = entries().filter(|entry| entry.code == code || is_slip(entry.code, code));
    like.min_by_key(|entry| code.0.abs_diff(entry.code.0))
}

fn is_slip(known: HResult, typed: HResult) -> bool {
    let digit = |code: HResult, place: u32| (code.0 >> (place * 4)) & 0xf;
    let mut wrong = (0..8).filter(|place| digit(known, *place) != digit(typed, *place));
    let slip = match (wrong.next(), wrong.next(), wrong.next()) {
        (Some(_), None, _) => true,
        (Some(low), Some(high), None) => {
            high == low + 1
                && digit(known, low) == digit(typed, high)
                && digit(known, high) == digit(typed, low)
        }
        _ => false,
    };
    slip && !known.is_ok()
}

/// What slmgr shows when an attempt with a KMS host ended in `code`.
///
/// The four refusals that Microsoft documents as slmgr's own output pass, and so does success; every
/// other failure, 0xC004F06C and those of the transport among them, becomes 0xC004F074, the true
/// code standing in the event log (KB 974998).
pub const fn folded(code: HResult) -> HResult {
    match code {
        HResult::OK
        | HResult::NOT_ENOUGH_COUNT
        | HResult::NOT_ENABLED
        | HResult::NOT_ACTIVATED
        | HResult::ID_MISMATCH => code,
        _ => HResult::SERVICE_UNAVAILABLE,
    }
}
