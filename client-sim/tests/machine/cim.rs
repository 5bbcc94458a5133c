use client_sim::cim::Cim;
use client_sim::machine::Machine;

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
