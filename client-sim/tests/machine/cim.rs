use client_sim::cim::Cim;
use client_sim::machine::Machine;
use kms_proto::windows::cim::SINCE_WINDOWS_8;
use kms_proto::windows::profile::Profile;

use crate::{BOTH, activated, golden, member};

fn json(machine: &Machine) -> String {
    serde_json::to_string_pretty(&Cim::new(machine)).unwrap() + "\n"
}

#[test]
fn a_fresh_machine() {
    let machine = Machine { registered_host: None, ..member() };
    golden::assert("cim_fresh.json", &json(&machine));
}

#[test]
fn an_activated_machine() {
    let machine = Machine { lookup_domain: Some("lab.example".to_owned()), ..member() };
    for profile in BOTH {
        let machine = activated(Machine { profile, ..machine.clone() });
        golden::assert(&format!("cim_activated_{profile}.json"), &json(&machine));
    }
}

#[test]
fn windows_7_has_no_property_that_came_later() {
    for profile in BOTH {
        let machine = activated(Machine { profile, ..member() });
        let cim = serde_json::to_value(Cim::new(&machine)).unwrap();
        let service = &cim["SoftwareLicensingService"];
        let product = &cim["SoftwareLicensingProduct"][0];
        let has = |name: &str| service.get(name).is_some() || product.get(name).is_some();
        for name in SINCE_WINDOWS_8 {
            assert_eq!(has(name), profile == Profile::Windows8, "{name} in {profile}");
        }
    }
}
