use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::event::Event;
use kms_proto::windows::event::dns_published::DnsPublished;
use kms_proto::windows::event::flags::StatusFlags;
use kms_proto::windows::event::request_processed::RequestProcessed;
use kms_proto::windows::event::request_sent::RequestSent;
use kms_proto::windows::event::response_processed::ResponseProcessed;
use kms_proto::windows::identity::{Edition, cmid};

use crate::golden;

/// 2026-01-01 00:10:00.
const NOW: FileTime = FileTime(134_116_998_000_000_000);

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn request() -> Request {
    let (realm, edition) = (Realm::default(), Edition::ServerStandard);
    Request {
        version: Version::V6,
        vm_info: 1,
        license_status: LicenseStatus::OOB_GRACE,
        binding_expiration: 43_200,
        application_id: edition.application_id(),
        activation_id: edition.activation_id(&realm),
        kms_counted_id: edition.counted_id(&realm),
        cmid: cmid(&realm, "MEMBER01"),
        n_policy: edition.n_policy(),
        client_time: NOW.later(5 * 36_000_000_000),
        previous_cmid: Uuid::nil(),
        machine_name: MachineName::new("MEMBER01").unwrap(),
    }
}

fn sent(result: HResult) -> RequestSent {
    RequestSent::new(&request(), "kms01.lab.example:1688".to_owned(), result, StatusFlags::NONE)
}

const ANSWERED: ResponseProcessed = ResponseProcessed {
    result: HResult::OK,
    flags: StatusFlags::NONE,
    bound: true,
    count: 25,
    activation_interval: 120,
    renewal_interval: 10_080,
    client_time: NOW,
};

/// The two lines of KB 974998 with the lab's own names and ids; its times are 2010-09-29 17:52 and
/// 21:46.
#[test]
fn the_example_of_kb_974998() {
    let record = RequestSent {
        cmid: uuid("11111111-1111-8111-8111-111111111111"),
        client_time: FileTime(129_302_563_200_000_000),
        vm_info: 0,
        minutes: 41_760,
        activation_id: uuid("22222222-2222-8222-8222-222222222222"),
        server: "kms01.contoso.com:1688".to_owned(),
        ..sent(HResult::INVALID_TIMESTAMP)
    };
    assert_eq!(
        record.info(),
        "0xC004F06C, 0x00000000, kms01.contoso.com:1688, 11111111-1111-8111-8111-111111111111, \
         2010/09/29 17:52, 0, 2, 41760, 22222222-2222-8222-8222-222222222222, 5"
    );
    let record = RequestProcessed {
        cmid: record.cmid,
        client_time: FileTime(129_302_703_600_000_000),
        vm_info: 0,
        minutes: 41_520,
        activation_id: record.activation_id,
        machine_name: MachineName::new("client.contoso.com").unwrap(),
        ..RequestProcessed::new(&request(), HResult::INVALID_TIMESTAMP)
    };
    assert_eq!(
        record.info(),
        "0xC004F06C,5,client.contoso.com,11111111-1111-8111-8111-111111111111,2010/9/29 21:46,0,2,\
         41520,22222222-2222-8222-8222-222222222222"
    );
}

#[test]
fn a_count_too_small_is_a_flag() {
    let flags = StatusFlags::NOT_ENOUGH_COUNT.with(StatusFlags::OTHER_PC);
    assert!(flags.has(StatusFlags::OTHER_PC) && !flags.has(StatusFlags::NOT_WINDOWS_SLP));
    let record = ResponseProcessed { flags, bound: false, count: 4, ..ANSWERED };
    assert_eq!(record.info(), "0x00000000, 0x04000008, 0, 0, 4, 120, 10080, 2026/01/01 00:10");
}

#[test]
fn success_has_eight_digits_on_a_machine_and_one_on_a_host() {
    assert!(sent(HResult::OK).info().starts_with("0x00000000, 0x00000000, kms01"));
    assert!(RequestProcessed::new(&request(), HResult::OK).info().starts_with("0x0,5,MEMBER01,"));
}

fn all() -> Vec<Event> {
    let domain = "lab.example".to_owned();
    vec![
        sent(HResult::INVALID_TIMESTAMP).event(NOW),
        ANSWERED.event(NOW),
        RequestProcessed::new(&request(), HResult::INVALID_TIMESTAMP).event(NOW),
        DnsPublished { domain: domain.clone(), result: HResult(0x8007_2338) }.event(NOW),
        DnsPublished { domain, result: HResult::OK }.event(NOW),
    ]
}

#[test]
fn entries_as_the_event_viewer_copies_them() {
    let entries: Vec<String> = all().iter().map(|event| event.entry("SERVER01")).collect();
    golden::assert("events.txt", &entries.join("\n"));
}

#[test]
fn events_as_json() {
    let lines: String =
        all().iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    golden::assert("events.ndjson", &lines);
}

#[test]
fn no_name_begins_a_line_of_its_own() {
    let machine_name = MachineName::new("A\r\nB").unwrap();
    let record =
        RequestProcessed { machine_name, ..RequestProcessed::new(&request(), HResult::OK) };
    assert!(record.info().starts_with("0x0,5,A\u{fffd}\u{fffd}B,"));
    let domain = "a\nInfo:\n0x0".to_owned();
    assert!(!DnsPublished { domain, result: HResult::OK }.event(NOW).message.contains('\n'));
}
