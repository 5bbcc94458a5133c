//! Whom a fault can ever strike: a rule that is for nobody is told before anything runs.

use kms_proto::kms::hresult::HResult;
use kms_sim::fault::about::Direction;
use kms_sim::fault::catalogue::keys::{keys, known};
use kms_sim::fault::matching::Match;
use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;
use kms_sim::fault::value::Outcome;
use kms_sim::fault::when::Since;

use crate::scenario::fields::Fields;
use crate::scenario::machine::{MachinePlan, address};
use crate::scenario::node::{Entry, Node};

/// Takes note of what no rule of that stage can ever match, in a world or on sockets.
pub fn knows(fields: &Fields<'_>, stage: Stage, matches: &Match, sockets: bool) {
    let reading = fields.reading;
    let entries = fields.node("match").and_then(Node::table).map_or(&[][..], |table| &table.0);
    for Entry { key, key_at, .. } in entries {
        let known = known(stage, key);
        if !known.key.is_empty() && !(if sockets { known.sockets } else { known.world }) {
            let all: Vec<&str> = keys(stage, sockets).collect();
            let message = format!("{stage} never knows {key}: this fault can strike nobody");
            reading.wrong(*key_at, message, format!("{stage} knows {}", all.join(", ")));
        }
    }
    let Some(Outcome(result)) = matches.result else { return };
    let at = entries.iter().find(|entry| entry.key == "result").map_or(fields.at, |e| e.node.at);
    if stage == Stage::TcpData && matches.direction == Some(Direction::ToHost) {
        let message = "what goes to the host has no result yet: this fault can strike nobody";
        reading.wrong(at, message, "direction = \"to-client\"");
    }
    if stage == Stage::KmsResponse && result != HResult::OK {
        let message =
            "only a granted request is answered by a message: this fault can strike nobody";
        reading.wrong(at, message, "result = \"ok\", or stage = \"rpc.response\"");
    }
}

/// Takes note of a rule that is gone before it begins.
pub fn lives(fields: &Fields<'_>, rule: &Rule) {
    if let (Some(ttl), Some(Since::Time(after))) = (rule.ttl, &rule.when.after)
        && ttl <= after.0
    {
        let message = format!("gone {ttl} after the start, before its after: it can strike nobody");
        fields.wrong("ttl", message, "a longer ttl, or until in when");
    }
}

/// Takes note of whom no machine of the file is.
pub fn meets(fields: &Fields<'_>, matches: &Match, machines: &[MachinePlan]) {
    let reading = fields.reading;
    let table = fields.node("match").and_then(Node::table);
    let at = |key| table.and_then(|table| table.get(key)).map_or(fields.at, |node: &Node| node.at);
    if let Some(peer) =
        matches.peer.filter(|peer| !(0..machines.len()).any(|p| address(p) == *peer))
    {
        let message = format!("no machine of this file has the address {peer}");
        let help = match machines.len().checked_sub(1) {
            None => "a [[machine]]".to_owned(),
            Some(last) => format!(
                "machines have {} to {}, in the order of the file",
                address(0),
                address(last)
            ),
        };
        reading.wrong(at("peer"), message, help);
    }
    if let Some(nth) = &matches.nth_client {
        let client = matches.client.as_deref();
        let mut sizes = std::collections::BTreeMap::new();
        for machine in machines {
            let group = machine.group.as_deref().unwrap_or(&machine.id);
            if client.is_none_or(|client| client == group) {
                *sizes.entry(group).or_insert(0_u64) += 1;
            }
        }
        let most = sizes.values().max().copied().unwrap_or(0);
        if most > 0 && !(1..=most).any(|which| nth.picks(which)) {
            let message =
                format!("no group of machines has a number {nth}: the largest has {most}");
            reading.wrong(at("nth_client"), message, format!("1 to {most}"));
        }
    }
}
