use core::fmt::Write as _;

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::product::{Detail, Product};
use kms_proto::windows::profile::Profile;
use proptest::prelude::*;

use crate::golden;

const BOTH: [Profile; 2] = [Profile::Windows7, Profile::Windows8];

fn product(edition: Edition, profile: Profile) -> Product {
    edition.product(&Realm::default(), profile)
}

fn text(product: &Product, detail: Detail, profile: Profile) -> String {
    let mut out = String::new();
    product.write(&mut out, detail, profile);
    out
}

#[test]
fn the_block_of_every_edition() {
    for profile in BOTH {
        let mut all = String::new();
        for edition in Edition::ALL {
            for detail in [Detail::Dli, Detail::Dlv] {
                let block = text(&product(edition, profile), detail, profile);
                write!(all, "== {edition} {detail:?}\n{block}").unwrap();
            }
        }
        golden::assert(&format!("editions_{profile}.txt"), &all);
    }
}

/// Every status and the variants of its lines: (status, reason, minutes, words of the channel).
const STATES: [(u32, u32, u32, &str); 12] = [
    (0, 0xC004_F056, 0, "VOLUME_KMSCLIENT"),
    (1, 0x4004_F040, 253_564, "VOLUME_KMSCLIENT"),
    (1, 0, 0, "VOLUME_KMS_2012-R2"),
    (1, 0, 12_960, "TIMEBASED_EVAL"),
    (1, 0, 1, "VIRTUAL_MACHINE_ACTIVATION"),
    (2, 0x4004_F00C, 43_200, "VOLUME_KMSCLIENT"),
    (3, 0x4004_F00D, 43_199, "VOLUME_KMSCLIENT"),
    (4, 0x4004_F065, 1440, "VOLUME_KMSCLIENT"),
    (5, 0xC004_F200, 0, "VOLUME_KMSCLIENT"),
    (5, 0xC004_F009, 0, "VOLUME_KMSCLIENT"),
    (5, 0xC004_F056, 0, "VOLUME_KMSCLIENT"),
    (6, 0, 1441, "VOLUME_KMSCLIENT"),
];

fn in_state(state: (u32, u32, u32, &str), profile: Profile) -> Product {
    let (status, reason, grace_minutes, channel) = state;
    Product {
        description: format!("Windows(R) Operating System, {channel} channel"),
        license_status: LicenseStatus(status),
        status_reason: HResult(reason),
        grace_minutes,
        ..product(Edition::ServerStandard, profile)
    }
}

#[test]
fn the_lines_of_every_status() {
    for profile in BOTH {
        let mut all = String::new();
        for state in STATES {
            all += &text(&in_state(state, profile), Detail::Dli, profile);
        }
        golden::assert(&format!("states_{profile}.txt"), &all);
    }
}

#[test]
fn a_status_without_a_name_and_a_product_without_a_key() {
    let bare = Product {
        license_status: LicenseStatus(7),
        partial_key: None,
        extended_pid: None,
        channel: String::new(),
        ..product(Edition::ServerStandard, Profile::Windows8)
    };
    golden::assert("no_key.txt", &text(&bare, Detail::Dlv, Profile::Windows8));
    assert_eq!(bare.expiry(FileTime(0)), "Error: product key not found.\n");
    let keyed = Product { partial_key: Some("LAB01".to_owned()), ..bare };
    assert_eq!(keyed.expiry(FileTime(0)), "");
}

#[test]
fn xpr_of_every_status_by_the_clock_on_the_wall() {
    // 2026-01-01 00:10:00.
    let now = FileTime(134_116_998_000_000_000);
    let all: String =
        STATES.iter().map(|state| in_state(*state, Profile::Windows8).expiry(now)).collect();
    golden::assert("xpr.txt", &all);
}

proptest! {
    #[test]
    fn any_status_minutes_and_clock_have_a_text(
        status in 0_u32..9,
        minutes: u32,
        now: u64,
        seven: bool,
    ) {
        let profile = if seven { Profile::Windows7 } else { Profile::Windows8 };
        let product = in_state((status, 0, minutes, "VOLUME_KMSCLIENT"), profile);
        let block = text(&product, Detail::Dlv, profile);
        prop_assert!(block.starts_with("Name: ") && block.ends_with('\n'));
        prop_assert_eq!(block.matches("License Status: ").count(), 1);
        let expiry = product.expiry(FileTime(now));
        prop_assert_eq!(expiry.lines().count(), if status > 6 { 0 } else { 2 });
    }
}
