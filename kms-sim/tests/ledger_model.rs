//! The ledger against a small model, and its sums, under any sequence of messages.

use kms_proto::kms::license_status::LicenseStatus;
use kms_sim::decision::Decision;
use kms_sim::ledger::Ledger;
use proptest::prelude::*;

/// The same ledger as a list of what happened.
fn model(history: &[(Decision, Option<u32>)]) -> Ledger {
    let count = |is: &dyn Fn(Decision, Option<u32>) -> bool| {
        u64::try_from(history.iter().filter(|(d, s)| is(*d, *s)).count()).unwrap_or(0)
    };
    let status = |n| count(&|d, s| d != Decision::Malformed && s == Some(n));
    Ledger {
        total: count(&|d, _| d != Decision::Malformed),
        granted: count(&|d, _| d == Decision::Granted),
        failed: count(&|d, _| d == Decision::Refused || d == Decision::Foreign),
        foreign: count(&|d, _| d == Decision::Foreign),
        malformed: count(&|d, _| d == Decision::Malformed),
        unlicensed: status(0),
        licensed: status(1),
        oob_grace: status(2),
        oot_grace: status(3),
        non_genuine_grace: status(4),
        notification: status(5),
        other: count(&|d, s| d != Decision::Malformed && s.is_none_or(|n| n > 5)),
    }
}

fn decision() -> impl Strategy<Value = Decision> {
    prop_oneof![
        Just(Decision::Granted),
        Just(Decision::Refused),
        Just(Decision::Foreign),
        Just(Decision::Malformed),
    ]
}

proptest! {
    #[test]
    fn the_sums_hold_after_every_message(
        history in prop::collection::vec(
            (decision(), prop::option::of(prop_oneof![4 => 0_u32..9, 1 => any::<u32>()])), 0..200)
    ) {
        let mut ledger = Ledger::default();
        for (done, (decision, status)) in history.iter().enumerate() {
            ledger.record(*decision, status.map(LicenseStatus));

            let l = &ledger;
            let six = l.unlicensed + l.licensed + l.oob_grace + l.oot_grace
                + l.non_genuine_grace + l.notification;
            prop_assert_eq!(l.total, l.granted + l.failed);
            prop_assert_eq!(l.total, six + l.other);
            prop_assert!(l.foreign <= l.failed);
            prop_assert_eq!(ledger, model(&history[..=done]));
        }
    }
}
