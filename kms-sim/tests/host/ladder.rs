//! The order of the rules: of two causes the earlier rule decides.

use std::collections::BTreeSet;

use kms_proto::kms::hresult::HResult;
use kms_sim::config::{HostConfig, Served};
use kms_sim::policy::{foreign, judge};
use kms_sim::refusal::Refusal;
use kms_sim::strictness::Strictness;
use kms_sim::verdict::Verdict;

use crate::request::{NOON, request};

/// One cause for each rule, in the order of the ladder.
const RULES: usize = 6;
const CODES: [u32; RULES] =
    [0xDEAD_BEEF, 0xC004_F039, 0xC004_F041, 0xC004_F06C, 0x8007_000D, 0xC004_F042];

/// A host and a request for which the rules in `causes` (a bit each) refuse.
fn setting(causes: u32) -> (HostConfig, kms_proto::kms::request::Request) {
    let on = |rule: u32| causes & (1 << rule) != 0;
    let mut config = HostConfig::default();
    let mut request = request(NOON);
    config.scripted = on(0).then(|| Refusal::new(HResult(0xDEAD_BEEF)).unwrap());
    config.enabled = !on(1);
    config.activated = !on(2);
    if on(3) {
        request.client_time = NOON.later(144_000_000_001);
    }
    request.n_policy = if on(4) { 1001 } else { 1000 };
    let served = if on(5) { BTreeSet::new() } else { BTreeSet::from([request.kms_counted_id]) };
    config.served = Served::Only(served);
    (config, request)
}

#[test]
fn every_set_of_causes_is_decided_by_its_first_rule() {
    assert_eq!(judge(&setting(0).0, None, &setting(0).1, NOON), Verdict::Granted);
    for causes in 1_u32..1 << RULES {
        let (config, request) = setting(causes);
        let first = usize::try_from(causes.trailing_zeros()).unwrap();
        assert_eq!(
            judge(&config, config.scripted, &request, NOON).result(),
            HResult(CODES[first]),
            "{causes:#b}"
        );
    }
}

#[test]
fn a_host_may_look_at_the_product_before_the_time() {
    let (config, request) = setting(0b10_1000);
    let config = HostConfig { product_first: true, ..config };
    assert_eq!(judge(&config, None, &request, NOON).result(), HResult::ID_MISMATCH);
    let (config, request) = setting(0b10_0100);
    let config = HostConfig { product_first: true, ..config };
    assert_eq!(judge(&config, None, &request, NOON).result(), HResult::NOT_ACTIVATED);
}

#[test]
fn each_rule_tells_why() {
    for (rule, why) in [
        "the host is told to refuse with this code",
        "KMS is not enabled on the host",
        "the host itself is not activated",
        "skew +4h100ns exceeds 4h",
        "N policy 1001 exceeds 1000",
        "product group ID is not served",
    ]
    .iter()
    .enumerate()
    {
        let (config, request) = setting(1 << rule);
        assert_eq!(
            judge(&config, config.scripted, &request, NOON).why().unwrap().to_string(),
            why.replace("ID", &request.kms_counted_id.to_string())
        );
    }
}

#[test]
fn the_n_policy_limit_can_be_switched_off() {
    let (mut config, mut request) = setting(0);
    config.n_policy_limit = None;
    request.n_policy = u32::MAX;
    assert_eq!(judge(&config, config.scripted, &request, NOON), Verdict::Granted);
}

#[test]
fn a_lenient_host_takes_any_n_and_minds_the_window_all_the_same() {
    let (mut config, request) = setting(1 << 4);
    config.strictness = Strictness::Lenient;
    assert_eq!(judge(&config, None, &request, NOON), Verdict::Granted);
    let (mut config, request) = setting(1 << 3);
    config.strictness = Strictness::Lenient;
    let code = judge(&config, None, &request, NOON).result();
    assert_eq!(code, HResult::INVALID_TIMESTAMP);
}

#[test]
fn a_foreign_request_is_refused_by_its_own_ladder() {
    let mut config = HostConfig { enabled: false, activated: false, ..HostConfig::default() };
    let (inside, outside) = (NOON.later(144_000_000_000), NOON.later(144_000_000_001));
    let code =
        |config: &HostConfig, time| foreign::judge(config, config.scripted, time, NOON).code.code();

    assert_eq!(code(&config, None), HResult::INVALID_DATA);
    assert_eq!(code(&config, Some(inside)), HResult::INVALID_DATA);
    assert_eq!(code(&config, Some(outside)), HResult::INVALID_TIMESTAMP);
    config.foreign = Refusal::ID_MISMATCH;
    assert_eq!(code(&config, Some(inside)), HResult::ID_MISMATCH);
    config.scripted = Some(Refusal::INVALID_TIMESTAMP);
    assert_eq!(code(&config, None), HResult::INVALID_TIMESTAMP);
}
