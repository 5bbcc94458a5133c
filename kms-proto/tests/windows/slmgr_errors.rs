use kms_proto::kms::hresult::HResult;
use kms_proto::windows::slmgr_error::{error_line, text};

use crate::golden;

#[test]
fn every_code_has_slmgrs_own_wording() {
    let codes = [
        0xC004_F038,
        0xC004_F039,
        0xC004_F041,
        0xC004_F042,
        0xC004_F074,
        0xC004_F06B,
        0x8007_232B,
        0x8007_232A,
        0x8007_251D,
        0x8007_06BA,
        0x8007_0005,
        0x8007_0057,
        0xC004_D307,
        0xC004_F009,
        0xC004_F00F,
        0xC004_F014,
        0xC004_F025,
        0xC004_F035,
        0xC004_F050,
        0xC004_F066,
        0xC004_F075,
    ];
    assert!(codes.iter().all(|code| text(HResult(*code)).is_some()));
    let lines: Vec<String> = codes.iter().map(|code| error_line(HResult(*code))).collect();
    golden::assert("slmgr_errors.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn a_code_without_a_text_is_explained_by_slui() {
    const REST: &str = "On a computer running Microsoft Windows non-core edition, run 'slui.exe \
                        0x2a 0xC004F06C' to display the error text.";
    assert_eq!(text(HResult::INVALID_TIMESTAMP), None);
    assert_eq!(error_line(HResult::INVALID_TIMESTAMP), format!("Error: 0xC004F06C {REST}"));
}

#[test]
fn only_negative_numbers_are_hexadecimal() {
    assert!(error_line(HResult(0x7FFF_FFFF)).starts_with("Error: 2147483647 On a computer"));
    assert!(error_line(HResult(0x8000_0000)).starts_with("Error: 0x80000000 On a computer"));
    assert!(error_line(HResult(13)).contains("'slui.exe 0x2a 0xD'"));
    assert!(error_line(HResult(5)).starts_with("Error: 5 Access denied"));
}
