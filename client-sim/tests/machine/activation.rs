use client_sim::activation::fold::FoldProfile;
use client_sim::activation::trouble::Trouble;
use client_sim::activation::{Answer, FailedCheck, Outcome};
use client_sim::license::{ACTIVATION, License};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use proptest::prelude::*;

use crate::{CLOCK, activated, attempt, golden, granted, member};

const FOLDED: HResult = HResult::SERVICE_UNAVAILABLE;

fn ids(outcome: &Outcome) -> Vec<u16> {
    outcome.events.iter().map(|event| event.id).collect()
}

#[test]
fn success_licenses_for_180_days_and_takes_the_hosts_intervals() {
    let mut machine = member();
    let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 25));
    assert_eq!((outcome.code, outcome.shown, outcome.count), (HResult::OK, HResult::OK, Some(25)));
    assert_eq!(ids(&outcome), [12288, 12289]);
    assert_eq!(machine.license.status, LicenseStatus::LICENSED);
    assert_eq!(machine.license.minutes, ACTIVATION);
    assert_eq!((machine.activation_interval, machine.renewal_interval), (60, 1440));
    let json = serde_json::to_string_pretty(&outcome).unwrap() + "\n";
    golden::assert("outcome_activated.json", &json);
}

#[test]
fn a_refused_clock_is_f074_to_slmgr_and_f06c_in_the_event() {
    let mut machine = member();
    let before = machine.clone();
    let refused = |_: &_| Answer::Refused(HResult::INVALID_TIMESTAMP);
    let outcome = attempt(&mut machine, FoldProfile::Documented, refused);
    assert_eq!((outcome.code, outcome.shown), (HResult::INVALID_TIMESTAMP, FOLDED));
    assert_eq!(ids(&outcome), [12288]);
    assert!(outcome.events[0].info.starts_with("0xC004F06C, 0x00000000, kms01.lab.example:1688, "));
    assert!(outcome.events[0].info.contains(", 2026/01/01 05:10, 0, 2, 43200, "));
    assert_eq!(machine, before, "a failure leaves the machine as it was");
    let json = serde_json::to_string_pretty(&outcome).unwrap() + "\n";
    golden::assert("outcome_refused.json", &json);

    let outcome = attempt(&mut machine, FoldProfile::Silent, refused);
    assert_eq!((outcome.code, outcome.shown), (HResult::INVALID_TIMESTAMP, FOLDED));
    assert!(outcome.events[0].info.starts_with("0xC004F074, "));
}

#[test]
fn a_count_is_enough_from_n_on() {
    for (edition, n) in [(Edition::ServerStandard, 5), (Edition::Enterprise, 25)] {
        let mut machine = member();
        machine.edition = edition;
        let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, n - 1));
        assert_eq!(outcome.code, HResult::NOT_ENOUGH_COUNT);
        assert_eq!(outcome.shown, HResult::NOT_ENOUGH_COUNT);
        assert_eq!(machine.license, License::INITIAL);
        assert_eq!((machine.activation_interval, machine.activated_by), (60, None));
        assert!(outcome.events[0].info.starts_with("0x00000000, 0x00000000, "));
        let expected = format!("0x00000000, 0x04000008, 0, 0, {}, 60, 1440, ", n - 1);
        assert!(outcome.events[1].info.starts_with(&expected), "{}", outcome.events[1].info);

        let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, n));
        assert!(outcome.activated());
    }
}

#[test]
fn a_machine_stays_licensed_when_its_renewal_fails() {
    let mut machine = activated(member());
    machine.license.minutes = 100;
    let refused = |_: &_| Answer::Refused(HResult::INVALID_TIMESTAMP);
    attempt(&mut machine, FoldProfile::Documented, refused);
    assert_eq!(machine.license, License { minutes: 100, ..License::ACTIVATED });
    attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 4));
    assert_eq!(machine.license.minutes, 100);
    attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 5));
    assert_eq!(machine.license, License::ACTIVATED);
}

#[test]
fn what_slmgr_shows_of_each_code() {
    for code in [0, 0xC004_F038, 0xC004_F039, 0xC004_F041, 0xC004_F042] {
        assert_eq!(FoldProfile::Documented.shown(HResult(code)), HResult(code));
    }
    assert_eq!(FoldProfile::Open.shown(HResult(0xC004_F06C)), HResult(0xC004_F06C));
    for code in [1, 0x8007_000D, 0x8007_06BA, 0xC004_F06C, 0xC004_F074, 0xC004_C008] {
        assert_eq!(FoldProfile::Documented.shown(HResult(code)), FOLDED);
    }
}

#[test]
fn troubles_and_their_codes() {
    for (trouble, code) in [
        (Trouble::Connect, 0x8007_06BA),
        (Trouble::Timeout, 0x8007_05B4),
        (Trouble::Closed, 0x8007_06BE),
        (Trouble::Protocol, 0x8007_06C0),
        (Trouble::AbstractSyntax, 0x8007_06B5),
        (Trouble::TransferSyntax, 0x8007_06C2),
        (Trouble::BindNak(2), 0x8007_06BB),
        (Trouble::BindNak(4), 0x8007_06C0),
        (Trouble::BindNak(8), 0x8007_06D3),
        (Trouble::BindNak(0), 0x8007_06BF),
        (Trouble::Fault(0x1c01_0002), 0x8007_06D1),
        (Trouble::Fault(0x1c01_0003), 0x8007_06B5),
        (Trouble::Fault(0x1c01_000b), 0x8007_06C0),
        (Trouble::Fault(0x1c01_0014), 0x8007_06BB),
        (Trouble::Fault(0x1c00_001c), 0x8007_06F7),
        (Trouble::Fault(0x0000_06f7), 0x8007_06F7),
        (Trouble::Fault(0x0000_0005), 0x8007_0005),
        (Trouble::Fault(0), 0x8007_06BE),
        (Trouble::Fault(0x1234_5678), 0x8007_06BE),
    ] {
        let mut machine = member();
        let outcome = attempt(&mut machine, FoldProfile::Documented, |_| Answer::Trouble(trouble));
        assert_eq!((outcome.code, outcome.shown), (HResult(code), FOLDED), "{trouble}");
        assert_eq!((outcome.trouble, ids(&outcome)), (Some(trouble), vec![12288]));
        assert!(outcome.events[0].info.starts_with(&HResult(code).to_string()));
    }
}

#[test]
fn a_failed_check_is_invalid_data_and_is_named() {
    let failures = vec![FailedCheck {
        check: "hmac".to_owned(),
        detail: "is not that of the seal".to_owned(),
    }];
    let answer = Answer::Failed(failures.clone());
    let mut machine = member();
    let outcome = attempt(&mut machine, FoldProfile::Documented, |_| answer);
    assert_eq!((outcome.code, outcome.shown), (HResult::INVALID_DATA, FOLDED));
    assert_eq!((outcome.failures, machine.license), (failures, License::INITIAL));
}

#[test]
fn a_fault_and_a_refusal_are_failed_checks_too() {
    for (answer, check, detail, code) in [
        (
            Answer::Trouble(Trouble::Fault(0x1c01_000b)),
            "fault",
            "the host answered with the fault nca_s_proto_error (0x1c01000b)",
            HResult(0x8007_06C0),
        ),
        (
            Answer::Refused(HResult::INVALID_TIMESTAMP),
            "hresult",
            "the host refused with 0xC004F06C",
            HResult::INVALID_TIMESTAMP,
        ),
    ] {
        let outcome = attempt(&mut member(), FoldProfile::Documented, |_| answer);
        let failed = FailedCheck { check: check.to_owned(), detail: detail.to_owned() };
        assert_eq!((outcome.failures, outcome.code), (vec![failed], code));
    }
}

#[test]
fn a_refusal_that_is_none_activates_nothing() {
    let mut machine = member();
    let outcome = attempt(&mut machine, FoldProfile::Documented, |_| Answer::Refused(HResult::OK));
    assert_eq!((outcome.code, machine.license), (HResult::INVALID_DATA, License::INITIAL));
}

#[test]
fn a_request_says_what_the_machine_is() {
    let machine = activated(member());
    let request = machine.request(Version::V4, FileTime(7));
    assert_eq!((request.version, request.client_time), (Version::V4, FileTime(7)));
    assert_eq!((request.license_status.0, request.binding_expiration), (1, ACTIVATION));
    assert_eq!((request.cmid, request.n_policy), (machine.cmid, 5));
    assert!(request.previous_cmid.is_nil());
    assert_eq!(request.machine_name.to_string(), "MEMBER01");
}

fn any_answer() -> impl Strategy<Value = Option<Answer>> {
    prop_oneof![
        Just(None),
        any::<u32>().prop_map(|code| Some(Answer::Refused(HResult(code)))),
        any::<u32>().prop_map(|status| Some(Answer::Trouble(Trouble::Fault(status)))),
        any::<u16>().prop_map(|reason| Some(Answer::Trouble(Trouble::BindNak(reason)))),
        Just(Some(Answer::Failed(Vec::new()))),
    ]
}

proptest! {
    #[test]
    fn only_a_granted_answer_with_count_enough_activates(answer in any_answer(), count: u32) {
        let mut machine = member();
        let grants = answer.is_none();
        let outcome = attempt(&mut machine, FoldProfile::Documented, |r| {
            answer.unwrap_or_else(|| granted(r, count))
        });
        prop_assert_eq!(outcome.activated(), grants && count >= 5);
        prop_assert_eq!(outcome.activated(), machine.license == License::ACTIVATED);
        prop_assert_eq!(outcome.code.is_ok(), outcome.shown.is_ok());
        prop_assert_eq!(ids(&outcome).len(), if grants { 2 } else { 1 });
        prop_assert!(outcome.events.iter().all(|e| e.time_created == CLOCK.later(10_000_000)));
    }
}
