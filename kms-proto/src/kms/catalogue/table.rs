//! The table, and the ways to find a row of it.

use crate::kms::catalogue::entry::Entry;
use crate::kms::catalogue::{attempt, boundary, dns, key, licence, system, transport};
use crate::kms::hresult::HResult;

/// The families, each sorted by code.
const FAMILIES: [&[Entry]; 7] = [
    attempt::ENTRIES,
    boundary::ENTRIES,
    dns::ENTRIES,
    key::ENTRIES,
    licence::ENTRIES,
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

/// The entry whose code looks most like `code`: fewest hexadecimal digits apart, then nearest by
/// number.
pub fn nearest(code: HResult) -> Option<&'static Entry> {
    let digits_apart = |other: HResult| {
        (0..8).filter(|digit| ((code.0 ^ other.0) >> (digit * 4)) & 0xf != 0).count()
    };
    entries().min_by_key(|entry| (digits_apart(entry.code), code.0.abs_diff(entry.code.0)))
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
