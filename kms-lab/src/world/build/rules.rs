//! From a scenario's faults to rules.

use kms_sim::fault::nth::Nth;
use kms_sim::fault::rule::Rule;

use crate::scenario::Scenario;
use crate::world::cast::Cast;

/// Every fault as a rule, and the host it is for, where it is for one.
///
/// A rule for one machine of a group is one for the group and its ordinal there: that is how hosts
/// are told who connects.
pub fn rules(scenario: &Scenario, cast: &Cast) -> Vec<(Rule, Option<String>)> {
    let rules = scenario.faults.iter().map(|fault| {
        let mut rule = fault.rule.clone();
        if let Some(id) = rule.matches.client.clone()
            && let [place] = cast.machines(&id)
        {
            let (group, which) = cast.group(*place).unwrap_or((&id, 1));
            rule.matches.client = Some(group.to_owned());
            rule.matches.nth_client = Some(Nth::Only(vec![which]));
        }
        (rule, fault.host.clone())
    });
    rules.collect()
}
