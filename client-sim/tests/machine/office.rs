//! `ospp.vbs` on a machine with Office, and what the other renderings of its state look like.

use core::fmt::Write as _;

use client_sim::activation::Answer;
use client_sim::activation::fold::FoldProfile;
use client_sim::cim;
use client_sim::license::License;
use client_sim::machine::Machine;
use client_sim::ospp::command::parse;
use client_sim::ospp::run::{result, wrong};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::os_license::{format_list, kms_license_info};
use kms_proto::windows::slmgr::reply::{Effect, Reply};
use kms_proto::windows::wql::answer;
use serde_json::Value;

use crate::{BOTH, CLOCK, activated, attempt, golden, granted, member};

fn office() -> Machine {
    Machine { edition: Edition::Office, registered_host: None, ..member() }
}

fn typed(machine: &mut Machine, line: &str, elevated: bool) -> Reply {
    match parse(&line.split(' ').collect::<Vec<_>>()) {
        Ok((command, _)) => machine.ospp(&command, CLOCK, elevated),
        Err(why) => wrong(&why),
    }
}

#[test]
fn a_session_with_office() {
    for profile in BOTH {
        let mut machine = Machine { profile, ..office() };
        let mut text = String::new();
        let mut add = |machine: &mut Machine, line: &str| {
            let mut reply = typed(machine, line, true);
            if reply.effect == Some(Effect::Activate) {
                let enough = machine.registered_host.is_some();
                let outcome = attempt(machine, FoldProfile::Documented, |request| {
                    if enough {
                        granted(request, 5)
                    } else {
                        Answer::Refused(HResult::INVALID_TIMESTAMP)
                    }
                });
                let end = result(&outcome);
                reply = Reply { text: reply.text + &end.text, code: end.code, effect: None };
            }
            write!(text, "> ospp {line}\n{}[{}]\n\n", reply.text, reply.code).unwrap();
        };
        for line in [
            "/dstatus",
            "/act",
            "/setprt:1689",
            "/sethst:kms01.lab.example",
            "/cachst:FALSE",
            "/act",
            "/dstatus",
            "/remhst",
            "/dcmid",
            "/unpkey:XXXXX",
            "/unpkey:LAB04",
            "/dstatus",
            "/act",
            "/inpkey:AAAAA-AAAAA-AAAAA-AAAAA-AAAAA",
            "/inpkey:LAB04-LAB04-LAB04-LAB04-LAB04",
            "/setprt:none",
            "/sethst",
            "/nonsense",
        ] {
            add(&mut machine, line);
        }
        for status in [0, 3, 4, 5, 6, 7] {
            machine.license =
                License::new(LicenseStatus(status), if status == 5 { 0 } else { 2879 });
            add(&mut machine, "/dstatus");
        }
        golden::assert(&format!("ospp_{profile}.txt"), &text);
    }
}

#[test]
fn ospp_knows_nothing_of_windows_and_asks_for_rights() {
    let text = typed(&mut member(), "/dstatus", true).text;
    assert!(text.contains("<No installed product keys detected>"), "{text}");
    assert_eq!(typed(&mut office(), "/sethst:kms02", false).code, HResult::ACCESS_DENIED);
    assert_eq!(typed(&mut office(), "/act", false).effect, Some(Effect::Activate));
}

#[test]
fn the_powershell_module_shows_the_same_state() {
    for profile in BOTH {
        let machine = activated(Machine { profile, ..member() });
        let of = |class| cim::instances(&machine, class).unwrap();
        let info =
            kms_license_info(&of("SoftwareLicensingService")[0], &of("SoftwareLicensingProduct"));
        let text = serde_json::to_string_pretty(&info).unwrap() + "\n" + &format_list(&info);
        golden::assert(&format!("os_license_{profile}.txt"), &text);
    }
}

#[test]
fn tools_ask_for_what_they_ask_on_windows() {
    let ask = |machine: &Machine, query: &str| {
        answer(query, |class| cim::instances(machine, class)).map(|rows| {
            rows.into_iter()
                .map(|row| Value::Object(row).to_string())
                .collect::<Vec<_>>()
                .join("\n")
        })
    };
    let machine = activated(member());
    let windows = "SELECT Name, LicenseStatus FROM SoftwareLicensingProduct WHERE \
                   ApplicationId = '55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey <> null";
    let expected = r#"{"Name":"Windows(R), ServerStandard edition","LicenseStatus":1}"#;
    assert_eq!(ask(&machine, windows).unwrap(), expected);
    assert_eq!(ask(&office(), windows).unwrap(), "");
    let service = "SELECT KeyManagementServiceMachine FROM SoftwareLicensingService";
    assert_eq!(
        ask(&machine, service).unwrap(),
        r#"{"KeyManagementServiceMachine":"kms01.lab.example"}"#
    );
    assert!(ask(&machine, "SELECT * FROM Win32_Fan").is_err());
}
