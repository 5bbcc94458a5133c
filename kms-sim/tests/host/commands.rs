//! Every command typed on a host, one after another, with what it printed and how it ended.

use core::fmt::Write as _;

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::parse::parse;
use kms_proto::windows::slmgr::reply::Reply;
use kms_sim::cim;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;
use serde_json::Value;

use crate::golden;
use crate::request::NOON;

fn typed(host: &mut Host, line: &str, elevated: bool) -> Reply {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let profile = host.config().profile;
    match parse(&words, profile) {
        Ok(line) => host.slmgr(&line.command, NOON, elevated),
        Err(wrong) => Reply::wrong(&wrong, profile),
    }
}

#[test]
fn a_session_of_an_administrator() {
    for profile in [Profile::Windows7, Profile::Windows8] {
        let mut host = Host::new(HostConfig { activated: false, ..HostConfig::of(profile) });
        let mut text = String::new();
        for line in [
            "/dli",
            "/xpr",
            "/sprt 1689",
            "/sai 60",
            "/sri 60",
            "/cdns",
            "/cpri",
            "/ato 00000000-0000-0000-0000-000000000000",
            "/ato",
            "/xpr",
            "/sprt 1689",
            "/sprt 0",
            "/sprt 65536",
            "/sai 15",
            "/sai 14",
            "/sai -1",
            "/sai soon",
            "/sri 43200",
            "/sri 43201",
            "/cdns",
            "/cpri",
            "/dli",
            "/sdns",
            "/spri",
            "/dti",
            "/dlv 00000000-0000-0000-0000-000000000000",
            "/upk",
            "/upk",
            "/dli",
            "/dlv",
            "/dli all",
            "/xpr",
            "/dti",
            "/ato",
            "/sprt 1689",
            "/ipk LAB01-LAB01-LAB01-LAB01-LAB01",
            "/ipk LAB03-LAB03-LAB03-LAB03",
            "/ipk LAB03-LAB03-LAB03-LAB03-LAB03",
            "/xpr",
            "/ato",
            "/xpr",
            "/skms kms02",
            "/rearm",
        ] {
            let reply = typed(&mut host, line, true);
            write!(text, "> slmgr {line}\n{}[{}]\n\n", reply.text, reply.code).unwrap();
        }
        golden::assert(&format!("host_session_{profile}.txt"), &text);
    }
}

#[test]
fn a_host_without_a_key_is_licensed_nowhere() {
    let mut host = Host::new(HostConfig::default());
    assert_eq!(typed(&mut host, "/upk", true).code, HResult::OK);
    let product = cim::product(&host.snapshot(NOON));
    assert_eq!(
        (&product["LicenseStatus"], &product["PartialProductKey"], &product["ProductKeyID"]),
        (&0.into(), &Value::Null, &Value::Null)
    );
    assert_eq!(product["LicenseStatusReason"], HResult::NO_KEY.0);
    for line in ["/dli", "/dlv", "/xpr", "/dti"] {
        assert_eq!(typed(&mut host, line, true).code, HResult::NO_KEY, "{line}");
    }
    // A key that was installed anew is activated anew.
    typed(&mut host, "/ipk LAB03-LAB03-LAB03-LAB03-LAB03", true);
    assert!(host.config().enabled && !host.config().activated);
    typed(&mut host, "/ato", true);
    assert_eq!(host.config(), &HostConfig::default());
    // The key it has already changes nothing, and one that never had a key is as one that lost it.
    typed(&mut host, "/ipk LAB03-LAB03-LAB03-LAB03-LAB03", true);
    assert_eq!(host.config(), &HostConfig::default());
    let mut never = Host::new(HostConfig { enabled: false, ..HostConfig::default() });
    typed(&mut never, "/ipk LAB03-LAB03-LAB03-LAB03-LAB03", true);
    assert!(never.config().enabled && !never.config().activated);
}

#[test]
fn a_host_that_may_not_be_virtual_begins_to_activate() {
    let vista = HostConfig { virtual_unsupported: true, activated: false, ..HostConfig::default() };
    let reply = typed(&mut Host::new(vista), "/ato", true);
    let (first, second) = reply.text.split_once('\n').unwrap();
    assert!(first.starts_with("Activating Windows(R), ") && first.ends_with(" ..."), "{first}");
    assert!(second.starts_with("Error: 0xC004F06B "), "{second}");
    assert_eq!(reply.code, HResult::VM_NOT_SUPPORTED);
}

#[test]
fn a_setting_is_shown_at_once_and_in_force_after_a_restart() {
    let mut host = Host::new(HostConfig::default());
    for line in ["/sprt 1689", "/sai 60", "/sri 1440", "/cdns", "/cpri"] {
        assert_eq!(typed(&mut host, line, true).code, HResult::OK, "{line}");
    }
    assert_eq!(host.config(), &HostConfig::default());
    assert_eq!(host.snapshot(NOON).port, 1689);
    assert_eq!(host.snapshot(NOON).activation_interval, 60);
    host.restart();
    let config = host.config();
    let minutes = (config.activation_interval, config.renewal_interval);
    assert_eq!((config.port, minutes, config.dns_publishing), (1689, (60, 1440), false));
}

#[test]
fn without_rights_what_changes_something_is_refused() {
    let mut host = Host::new(HostConfig::default());
    for (line, code) in [
        ("/dlv", HResult::OK),
        ("/xpr", HResult::OK),
        ("/ato", HResult::NOT_ELEVATED),
        ("/upk", HResult::NOT_ELEVATED),
        ("/sprt 1689", HResult::ACCESS_DENIED),
        ("/cdns", HResult::ACCESS_DENIED),
    ] {
        assert_eq!(typed(&mut host, line, false).code, code, "{line}");
    }
    assert_eq!(host.config(), &HostConfig::default());
}
