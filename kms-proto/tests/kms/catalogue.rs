//! The status catalogue is whole, sorted, and says what it must.

use std::collections::BTreeMap;

use kms_proto::kms::catalogue::entry::{Entry, Shown, Simulated, Surface, Wording};
use kms_proto::kms::catalogue::{
    entries, explain, find, find_symbol, folded, is_fault, nearest, parse,
};
use kms_proto::kms::hresult::HResult;
use proptest::prelude::*;

use crate::golden::golden;

/// The codes that Microsoft's documents, headers and slmgr give for KMS and its neighbourhood.
const DOCUMENTED: [u32; 64] = [
    0xC004_F06C,
    0xC004_F038,
    0xC004_F039,
    0xC004_F041,
    0xC004_F042,
    0xC004_F074,
    0xC004_F035,
    0xC004_F06B,
    0xC004_F069,
    0xC004_F009,
    0xC004_F00F,
    0xC004_F014,
    0xC004_F02C,
    0xC004_F050,
    0xC004_F051,
    0xC004_F064,
    0xC004_F065,
    0xC004_F066,
    0xC004_F056,
    0x4004_F040,
    0x4004_F00C,
    0x4004_F00D,
    0xC004_F015,
    0xC004_F075,
    0xC004_F025,
    0xC004_D307,
    0x8007_0005,
    0x8007_0057,
    0x8007_000D,
    0x8007_232B,
    0x8007_251D,
    0x8007_232A,
    0x8007_267C,
    0x8009_2328,
    0x8007_007B,
    0x8007_2338,
    0x8007_06BA,
    0xC002_0017,
    0x8007_139F,
    0x8007_05B4,
    0xC004_B100,
    0xC004_C001,
    0xC004_C003,
    0xC004_C008,
    0xC004_C017,
    0xC004_C020,
    0xC004_C021,
    0x8004_FE21,
    0x8007_0490,
    0x8007_2EE2,
    0xC004_FD01,
    0xC004_FD02,
    0xC004_E015,
    0xC004_E002,
    0x8007_06B5,
    0x8007_06BB,
    0x8007_06BE,
    0x8007_06BF,
    0x8007_06C0,
    0x8007_06C2,
    0x8007_06D1,
    0x8007_06D3,
    0x8007_06E4,
    0x8007_06F7,
];

#[test]
fn every_documented_code_has_one_entry_and_is_found() {
    let by_code: BTreeMap<HResult, &Entry> = entries().map(|entry| (entry.code, entry)).collect();
    assert_eq!(by_code.len(), entries().count(), "a code stands twice");
    for code in DOCUMENTED {
        assert!(by_code.contains_key(&HResult(code)), "0x{code:08X}");
    }
    for (code, entry) in by_code {
        // Found by binary search, so each family is sorted.
        assert_eq!(find(code), Some(entry));
        assert_eq!(nearest(code), Some(entry));
    }
}

#[test]
fn every_entry_says_why_and_what_to_do_in_whole_sentences() {
    for entry in entries() {
        for text in [entry.cause, entry.remedy].iter().chain(entry.notes) {
            assert!(text.ends_with('.') && !text.contains("  "), "{}: {text:?}", entry.code);
        }
        let trigger = entry.trigger;
        assert!(!trigger.is_empty() && !trigger.contains("  "), "{}: {trigger:?}", entry.code);
        assert!(!entry.activation.is_empty(), "{}", entry.code);
    }
}

#[test]
fn every_message_has_the_source_it_was_read_in() {
    for entry in entries() {
        let Entry { code, message, wording, .. } = entry;
        assert_eq!(message.is_none(), *wording == Wording::Nowhere, "{code}");
        let Some(message) = message else { continue };
        assert!(message.ends_with('.') && !message.contains("  "), "{code}: {message:?}");
        // The header speaks of the service by its older name, the table by its newer one.
        let older = message.contains("Software Licensing Service");
        assert!(!older || *wording == Wording::Header, "{code}: {message:?}");
        assert!(!message.contains("Software Protection") || *wording == Wording::Table, "{code}");
    }
}

#[test]
fn what_slmgr_shows_of_a_failed_attempt() {
    for code in [0, 0xC004_F038, 0xC004_F039, 0xC004_F041, 0xC004_F042] {
        assert_eq!(folded(HResult(code)), HResult(code));
    }
    for code in [0xC004_F06C, 0x8007_000D, 0x8007_06BA, 0xC002_0017, 0xDEAD_BEEF] {
        assert_eq!(folded(HResult(code)), HResult::SERVICE_UNAVAILABLE);
    }
    // Where the table says that an attempt's code shows itself, the rule lets it pass.
    let attempt = [Surface::Event12288, Surface::Slmgr];
    for entry in entries().filter(|entry| attempt.iter().all(|s| entry.surfaces.contains(s))) {
        assert_eq!(
            entry.shown == Shown::Itself,
            folded(entry.code) == entry.code,
            "{}",
            entry.code
        );
    }
}

#[test]
fn the_code_this_project_is_about() {
    let entry = find(HResult::INVALID_TIMESTAMP).unwrap();
    assert_eq!(entry.symbol, Some("SL_E_VL_INVALID_TIMESTAMP"));
    assert_eq!(entry.surfaces, [Surface::Event12288, Surface::Event12290]);
    assert_eq!((entry.shown, entry.simulated), (Shown::Folded, Simulated::EndToEnd));
}

#[test]
fn codes_and_symbols_are_read_back() {
    for entry in entries() {
        let HResult(number) = entry.code;
        assert_eq!(parse(&format!("0x{number:08X}")), Ok(entry.code));
        assert_eq!(parse(&format!("{number:08x}")), Ok(entry.code));
        assert_eq!(parse(&number.cast_signed().to_string()), Ok(entry.code));
        if let Some(symbol) = entry.symbol {
            let named = find_symbol(&symbol.to_lowercase()).unwrap();
            assert_eq!(named.symbol, entry.symbol);
        }
    }
}

#[test]
fn unknown_codes_are_led_to_what_they_may_be_a_slip_for() {
    for (code, near) in [
        (0xC004_F06D, Some(0xC004_F06C)),
        (0xC004_F073, Some(0xC004_F074)),
        (0x8004_F06C, Some(0xC004_F06C)),
        (0xC004_F0C6, Some(0xC004_F06C)),
        (0xDEAD_BEEF, None),
        (0xC004_FFFF, None),
        (0x0000_0005, None),
    ] {
        let found = nearest(HResult(code)).map(|entry| entry.code);
        assert_eq!(found, near.map(HResult), "0x{code:08X}");
    }
}

#[test]
fn a_status_of_a_fault_is_explained_with_the_code_it_becomes() {
    for (status, name, code) in [
        (0x1c01_000b, "nca_s_proto_error", "0x800706C0 RPC_S_PROTOCOL_ERROR"),
        (0x1c01_0002, "nca_s_op_rng_error", "0x800706D1 RPC_S_PROCNUM_OUT_OF_RANGE"),
        (0x1c00_001c, "nca_s_invalid_pres_context_id", "0x800706F7 RPC_X_BAD_STUB_DATA"),
        (0x1c00_0012, "nca_s_fault_unspec", "0x800706BE RPC_S_CALL_FAILED"),
    ] {
        let text = explain(HResult(status));
        assert!(text.contains(name) && text.contains(code) && is_fault(HResult(status)), "{text}");
    }
    for other in [0x1c01_9999, 0x5, 0xC004_F06C] {
        assert!(!is_fault(HResult(other)), "0x{other:08X}");
    }
}

#[test]
fn texts() {
    let all: Vec<_> =
        [0xC004_F06C, 0xC004_F074, 0xC004_F039, 0x8007_232B, 0, 0xC004_F06D, 0x1C01_000B]
            .into_iter()
            .map(|code| explain(HResult(code)))
            .collect();
    golden("explain.txt", &all.join("\n"));
    for entry in entries() {
        for line in explain(entry.code).lines() {
            assert!(line.chars().count() <= 80 && line.trim_end() == line, "{line:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_number_is_read_and_explained(number: u32) {
        prop_assert_eq!(parse(&format!("0x{number:08x}")), Ok(HResult(number)));
        let short = number & 0xffff;
        prop_assert_eq!(parse(&format!("0x{short:x}")), Ok(HResult(short)));
        prop_assert_eq!(parse(&number.cast_signed().to_string()).is_ok(), true);
        prop_assert!(!explain(HResult(number)).is_empty());
    }

    #[test]
    fn any_text_is_read_or_refused_within_its_columns(text in ".{0,40}") {
        if let Err(error) = parse(&text) {
            prop_assert!(1 <= error.column && error.column <= text.chars().count() + 1);
        }
    }
}
