//! From a scenario's faults to rules.

use client_sim::clock::operation::Operation;
use kms_sim::fault::kind::Kind;
use kms_sim::fault::nth::Nth;
use kms_sim::fault::rule::Rule;
use serde_json::Value;

use crate::report::trouble::Finding;
use crate::scenario::Scenario;
use crate::scenario::node::decode::decode;
use crate::scenario::source::At;
use crate::world::cast::Cast;
use crate::world::judge::place;

/// Every fault as a rule, and the host it is for, where it is for one.
///
/// A rule for one machine of a group is one for the group and its ordinal there: that is how hosts
/// are told who connects.
pub fn rules(
    scenario: &Scenario,
    cast: &Cast,
    findings: &mut Vec<Finding>,
) -> Vec<(Rule, Option<String>)> {
    let mut rules = Vec::new();
    for fault in &scenario.faults {
        let mut rule: Rule = match decode(&fault.rule) {
            Ok(rule) => rule,
            Err(error) => {
                let at = error.at.unwrap_or(fault.written);
                findings.push(finding(scenario, at, &fault.id, error.message));
                continue;
            }
        };
        if let Kind::Clock(operation) = &rule.kind
            && let Err(error) =
                serde_json::from_value::<Operation>(Value::Object(operation.clone()))
        {
            findings.push(finding(scenario, fault.written, &fault.id, error.to_string()));
        }
        if let Some(id) = rule.matches.client.clone()
            && let [place] = cast.machines(&id)
        {
            let (group, which) = cast.group(*place).unwrap_or((&id, 1));
            rule.matches.client = Some(group.to_owned());
            rule.matches.nth_client = Some(Nth::Only(vec![which]));
        }
        rules.push((rule, fault.host.clone()));
    }
    rules
}

fn finding(scenario: &Scenario, written: At, id: &str, message: String) -> Finding {
    Finding {
        place: Some(place(scenario, written)),
        subject: format!("[[fault]] {id}"),
        message,
        witness: None,
        notes: Vec::new(),
    }
}
