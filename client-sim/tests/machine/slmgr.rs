use core::fmt::Write as _;

use client_sim::activation::Answer;
use client_sim::activation::fold::FoldProfile;
use client_sim::license::License;
use client_sim::machine::Machine;
use client_sim::slmgr::{ato, information};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::product::Detail;
use kms_proto::windows::profile::Profile;

use crate::{BOTH, CLOCK, activated, attempt, golden, granted, member};

#[test]
fn ato_that_succeeds() {
    for profile in BOTH {
        let mut machine = Machine { profile, ..member() };
        let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 25));
        golden::assert(&format!("ato_activated_{profile}.txt"), &ato::text(&machine, &outcome));
    }
}

#[test]
fn ato_that_fails() {
    let codes = [
        HResult::INVALID_TIMESTAMP,
        HResult::NOT_ENABLED,
        HResult::NOT_ACTIVATED,
        HResult::ID_MISMATCH,
    ];
    let mut all = String::new();
    for code in codes {
        let mut machine = member();
        let outcome = attempt(&mut machine, FoldProfile::Documented, |_| Answer::Refused(code));
        all += &ato::text(&machine, &outcome);
    }
    let mut machine = member();
    let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 4));
    all += &ato::text(&machine, &outcome);
    golden::assert("ato_failed.txt", &all);
}

#[test]
fn ato_in_the_states_that_slmgr_words_apart() {
    let mut machine = member();
    let mut outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 5));
    let mut all = String::new();
    for status in [4, 6, 2] {
        outcome.license.status = LicenseStatus(status);
        all += &ato::text(&machine, &outcome);
    }
    golden::assert("ato_states.txt", &all);
}

/// A machine in every state, as it stands after its first activation or before it.
fn in_every_state(profile: Profile) -> Vec<(String, Machine)> {
    let fresh = Machine { profile, ..member() };
    let mut all = vec![("activated".to_owned(), activated(fresh.clone()))];
    for (status, minutes) in [(0, 0), (2, 43_200), (3, 30_000), (4, 1), (5, 0), (6, 1441), (7, 0)] {
        let license = License::new(LicenseStatus(status), minutes);
        all.push((license.status.to_string(), Machine { license, ..fresh.clone() }));
    }
    all
}

#[test]
fn dli_and_dlv_in_every_state() {
    for profile in BOTH {
        for (name, detail) in [("dli", Detail::Dli), ("dlv", Detail::Dlv)] {
            let mut all = String::new();
            for (state, machine) in in_every_state(profile) {
                let text = information::text(&machine, detail);
                write!(all, "== {state}\n{text}").unwrap();
            }
            golden::assert(&format!("{name}_{profile}.txt"), &all);
        }
    }
}

#[test]
fn dli_by_how_the_host_is_known() {
    let base = Machine { registered_host: None, ..member() };
    let found = Some("kms02.lab.example:4711".parse().unwrap());
    let address = Some("[2001:db8::5]:1689".parse().unwrap());
    let machines = [
        base.clone(),
        Machine { discovered_host: found.clone(), host_caching: false, ..base.clone() },
        Machine {
            lookup_domain: Some("lab.example".to_owned()),
            discovered_host: found.clone(),
            ..base.clone()
        },
        Machine {
            lookup_domain: Some("lab.example".to_owned()),
            discovered_host: found,
            registered_host: address,
            ..base
        },
    ];
    for profile in BOTH {
        let mut all = String::new();
        for machine in &machines {
            let license = License::ACTIVATED;
            let machine = Machine { profile, license, ..machine.clone() };
            all += &information::text(&machine, Detail::Dli);
        }
        golden::assert(&format!("dli_hosts_{profile}.txt"), &all);
    }
}

#[test]
fn office_is_an_application() {
    let machine = activated(Machine::new(member().name, member().realm, Edition::Office));
    golden::assert("dlv_office.txt", &information::text(&machine, Detail::Dlv));
}

#[test]
fn xpr_is_wrong_by_as_much_as_the_clock() {
    let mut all = String::new();
    for (state, machine) in in_every_state(BOTH[1]) {
        let right = information::expiry(&machine, FileTime(CLOCK.0 - 180_000_000_000));
        let wrong = information::expiry(&machine, CLOCK);
        write!(all, "== {state}\n{right}{wrong}").unwrap();
    }
    golden::assert("xpr.txt", &all);
}
