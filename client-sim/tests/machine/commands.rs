//! Every command typed on a machine, one after another, with what it printed and how it ended.

use core::fmt::Write as _;

use client_sim::installation::Service;
use client_sim::license::License;
use client_sim::machine::Machine;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::command::{Command, CommandLine};
use kms_proto::windows::slmgr::parse::parse;
use kms_proto::windows::slmgr::reply::{Effect, Reply};

use crate::{BOTH, CLOCK, activated, golden, member};

fn typed(machine: &mut Machine, line: &str, elevated: bool) -> Reply {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    match parse(&words, machine.profile) {
        Ok(CommandLine { command, .. }) => machine.slmgr(&command, CLOCK, elevated),
        Err(wrong) => Reply::wrong(&wrong, machine.profile),
    }
}

fn transcript(machine: &mut Machine, elevated: bool, lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        let reply = typed(machine, line, elevated);
        let effect = if reply.effect.is_some() { ", a host is asked" } else { "" };
        write!(out, "> slmgr {line}\n{}[{}{effect}]\n\n", reply.text, reply.code).unwrap();
    }
    out
}

#[test]
fn a_session_of_an_administrator() {
    for profile in BOTH {
        let mut machine = activated(Machine { profile, ..member() });
        let id = machine.edition.activation_id(&machine.realm).to_string();
        let (dlv, ato) = (format!("/dlv {id}"), format!("/ato {id}"));
        let text = transcript(
            &mut machine,
            true,
            &[
                "/dli",
                &dlv,
                "/dlv all",
                "/dli 00000000-0000-0000-0000-000000000000",
                "/xpr",
                "/ato",
                &ato,
                "/ato 00000000-0000-0000-0000-000000000000",
                "/skms-domain lab.example",
                "/skms kms02.lab.example:1689",
                "/skms : 1690",
                "/skms :1690",
                "/skms kms03:port",
                "/skms kms03 00000000-0000-0000-0000-000000000000",
                "/dli",
                "/ckms-domain",
                "/skms-domain lab.example",
                "/ckms",
                "/ckhc",
                "/skhc",
                "/act-type 2",
                "/act-type 4",
                "/act-type 3",
                "/ato",
                "/act-type",
                "/sprt 1689",
                "/sai 60",
                "/sri 60",
                "/cdns",
                "/cpri",
                "/cpky",
                "/dti",
                "/atp 000000",
                "/rearm",
                "/rearm-sku 0",
                "/ilc C:\\edition.xrm-ms",
                "/rilc",
                "/ipk LAB02-LAB02-LAB02-LAB02-LAB02",
                "/ipk AAAAA-AAAAA-AAAAA-AAAAA-AAAAA",
                "/ipk LAB01-LAB01-LAB01-LAB01-LAB01",
                "/dli",
                "/upk",
                "/upk",
                "/dlv",
                "/dlv all",
                "/xpr",
                "/ato",
                &ato,
                "/dti",
                "/lil",
                "/ltc",
                "/ril a b",
                "/ao-list",
                "/skms",
                "/nonsense",
            ],
        );
        golden::assert(&format!("session_{profile}.txt"), &text);
    }
}

#[test]
fn the_usage_of_either_generation() {
    for profile in BOTH {
        let mut machine = Machine { profile, ..member() };
        let reply = machine.slmgr(&Command::Usage, CLOCK, false);
        assert_eq!(reply.code, HResult(1));
        golden::assert(&format!("usage_{profile}.txt"), &reply.text);
    }
}

#[test]
fn without_rights_what_changes_something_is_refused() {
    let mut machine = activated(member());
    let before = machine.clone();
    let lines = [
        "/dlv",
        "/xpr",
        "/ato",
        "/dti",
        "/ipk x",
        "/upk",
        "/rearm",
        "/rilc",
        "/skms kms02",
        "/ckms",
        "/skhc",
        "/cpky",
    ];
    let text = transcript(&mut machine, false, &lines);
    golden::assert("session_not_elevated.txt", &text);
    assert_eq!(machine, before);
    machine.installation.user_operations = true;
    assert_eq!(typed(&mut machine, "/rearm", false).code, HResult::OK);
    assert_eq!(typed(&mut machine, "/upk", false).code, HResult::NOT_ELEVATED);
}

#[test]
fn a_service_that_stops_answers_nothing_else() {
    let mut machine = member();
    machine.installation.service = Service::Stopping;
    for line in ["/dli", "/ato", "/skms kms02", "/rearm"] {
        let reply = typed(&mut machine, line, true);
        assert_eq!((reply.code, reply.effect), (HResult::SERVICE_STOPPING, None), "{line}");
        let announced = reply.text.starts_with("Activating Windows(R), ");
        assert_eq!(announced, line == "/ato", "{}", reply.text);
    }
}

#[test]
fn the_grace_period_begins_again_a_number_of_times() {
    for (profile, times) in [(Profile::Windows7, 3), (Profile::Windows8, 1001)] {
        let mut machine = Machine { profile, ..member() };
        for _ in 0..times {
            assert_eq!(typed(&mut machine, "/rearm", true).code, HResult::OK);
        }
        assert_eq!(machine.product().windows_rearm_count, 0);
        assert_eq!(typed(&mut machine, "/rearm", true).code, HResult::REARMED_OUT);
    }
}

#[test]
fn a_key_without_grace_was_never_bound() {
    let mut machine = Machine { license: License::new(LicenseStatus::NOTIFICATION, 0), ..member() };
    typed(&mut machine, "/ipk LAB01-LAB01-LAB01-LAB01-LAB01", true);
    assert_eq!(machine.license, License::NEVER_BOUND);
    assert_eq!(typed(&mut machine, "/ato", true).effect, Some(Effect::Activate));
}
