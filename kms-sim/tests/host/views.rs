//! What people and tools see of a host that refused some of its requests.

use core::fmt::Write;

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::os_license::{format_list, kms_license_info};
use kms_proto::windows::product::Detail;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::wql::answer;
use kms_sim::cim;
use kms_sim::config::{HostConfig, Priority};
use kms_sim::host::Host;
use kms_sim::slmgr;

use crate::golden;
use crate::request::{NOON, request};
use crate::sealed::{ask, sealed};

const HOUR: u64 = 36_000_000_000;

/// A host that granted 31 requests, and refused 5 for their time and 2 as foreign.
fn host(config: HostConfig) -> Host {
    let (lab, other) = (Realm::default(), "other".parse().unwrap());
    let mut host = Host::new(config);
    let mut number = 0;
    let mut send = |realm: &Realm, version: Version, status: u32, hours: u64| {
        number += 1;
        let mut request = request(NOON.later(hours * HOUR));
        request.version = version;
        request.license_status = LicenseStatus(status);
        request.cmid = Uuid::from_u128(number.into());
        request.machine_name = MachineName::new(&format!("pc-{number}.lab.example")).unwrap();
        ask(&mut host, &sealed(realm, &request), number, NOON.later(number));
    };
    for status in [0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7] {
        send(&lab, Version::V6, status, 0);
    }
    for _ in 0..20 {
        send(&lab, Version::V5, 1, 4);
    }
    for status in [0, 2, 2, 3, 5] {
        send(&lab, Version::V6, status, 5);
    }
    send(&other, Version::V4, 2, 0);
    send(&other, Version::V6, 2, 0);
    host
}

#[test]
fn slmgr_on_either_generation_of_windows() {
    for profile in [Profile::Windows7, Profile::Windows8] {
        let snapshot = host(HostConfig::of(profile)).snapshot(NOON);
        for (detail, name) in [(Detail::Dli, "dli"), (Detail::Dlv, "dlv")] {
            golden::assert(&format!("host_{name}_{profile}.txt"), &slmgr::text(&snapshot, detail));
        }
    }
}

#[test]
fn slmgr_tells_the_settings_that_are_not_the_usual_ones() {
    let config = HostConfig {
        activated: false,
        port: 1689,
        dns_publishing: false,
        priority: Priority::Low,
        ..HostConfig::default()
    };
    let text = slmgr::text(&host(config).snapshot(NOON), Detail::Dli);
    for line in [
        "License Status: Unlicensed",
        "    Current count: 25",
        "    Listening on Port: 1689",
        "    DNS publishing disabled",
        "    KMS priority: Low",
        "    Failed requests received: 38",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
    let off = HostConfig { enabled: false, ..HostConfig::default() };
    let text = slmgr::text(&host(off).snapshot(NOON), Detail::Dlv);
    assert!(!text.contains("Key Management Service"), "{text}");
}

#[test]
fn cim_has_the_documented_properties_in_their_order() {
    for profile in [Profile::Windows7, Profile::Windows8] {
        let snapshot = host(HostConfig::of(profile)).snapshot(NOON);
        let classes = [cim::service(&snapshot), cim::product(&snapshot)];
        let text = serde_json::to_string_pretty(&classes).unwrap();
        golden::assert(&format!("host_cim_{profile}.json"), &(text + "\n"));
    }
}

#[test]
fn a_number_is_not_available_only_where_kms_is_not_enabled() {
    const NUMBERS: [&str; 9] = [
        "KeyManagementServiceCurrentCount",
        "KeyManagementServiceTotalRequests",
        "KeyManagementServiceFailedRequests",
        "KeyManagementServiceUnlicensedRequests",
        "KeyManagementServiceLicensedRequests",
        "KeyManagementServiceOOBGraceRequests",
        "KeyManagementServiceOOTGraceRequests",
        "KeyManagementServiceNonGenuineGraceRequests",
        "KeyManagementServiceNotificationRequests",
    ];
    let off = HostConfig { enabled: false, ..HostConfig::default() };
    let full = HostConfig { count_floor: u32::MAX, ..HostConfig::default() };
    let snapshots = [host(off).snapshot(NOON), {
        let mut snapshot = host(full).snapshot(NOON);
        let l = &mut snapshot.counters;
        for counter in [
            &mut l.total,
            &mut l.failed,
            &mut l.unlicensed,
            &mut l.licensed,
            &mut l.oob_grace,
            &mut l.oot_grace,
            &mut l.non_genuine_grace,
            &mut l.notification,
        ] {
            *counter = u64::MAX;
        }
        snapshot
    }];
    for (snapshot, shown) in snapshots.iter().zip([u32::MAX, u32::MAX - 1]) {
        for class in [cim::service(snapshot), cim::product(snapshot)] {
            for name in NUMBERS {
                assert_eq!(class[name], shown, "{name}");
            }
        }
    }
}

#[test]
fn a_snapshot_is_everything_in_one_json() {
    let mut host = host(HostConfig { event_capacity: 4, ..HostConfig::default() });
    let mut office = request(NOON);
    office.application_id = Uuid::from_u128(1);
    office.n_policy = 5;
    ask(&mut host, &sealed(&Realm::default(), &office), 99, NOON);
    let text = serde_json::to_string_pretty(&host.snapshot(NOON)).unwrap();
    golden::assert("host_snapshot.json", &(text + "\n"));
}

#[test]
fn the_event_log_says_what_could_be_read() {
    let mut host = host(HostConfig::default());
    host.dns_published("lab.example", HResult::OK, FileTime(NOON.0 + 40));
    host.dns_published("lab.example", HResult(0x8007_2338), FileTime(NOON.0 + 41));
    let mut text = String::new();
    for (number, event) in host.events().since(34) {
        write!(text, "#{number}\n{}\n", event.entry("kms01.lab.example")).unwrap();
    }
    golden::assert("host_events.txt", &text);
}

#[test]
fn the_powershell_module_and_queries_show_the_same_host() {
    for profile in [Profile::Windows7, Profile::Windows8] {
        let snapshot = host(HostConfig::of(profile)).snapshot(NOON);
        let of = |class| cim::instances(&snapshot, class).unwrap();
        let info =
            kms_license_info(&of("SoftwareLicensingService")[0], &of("SoftwareLicensingProduct"));
        golden::assert(&format!("host_os_license_{profile}.txt"), &format_list(&info));
        let query = "SELECT KeyManagementServiceTotalRequests, KeyManagementServiceFailedRequests \
                     FROM SoftwareLicensingProduct WHERE Description LIKE '%VOLUME_KMS_%'";
        let rows = answer(query, |class| cim::instances(&snapshot, class)).unwrap();
        assert_eq!(rows[0]["KeyManagementServiceFailedRequests"], 7);
    }
}
