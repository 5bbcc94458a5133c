//! How a zone answers a question (RFC 1034 §4.3.2, for a zone without cuts and wildcards).

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::rdata::SOA;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use crate::dns::nodes::Nodes;

/// How many aliases are followed within the zone.
const ALIASES: usize = 8;

/// Answers `query` in `answer`, a response that repeats it.
pub fn answer(nodes: &Nodes, origin: &Name, soa: &SOA, query: &Query, answer: &mut Message) {
    let kind = query.query_type();
    if !is_for_records(query) || !origin.zone_of(query.name()) {
        answer.metadata.response_code = ResponseCode::Refused;
        return;
    }
    answer.metadata.authoritative = true;
    let mut name = query.name().clone();
    for _ in 0..=ALIASES {
        if add_sets(nodes, &name, kind, &mut answer.answers) {
            add_targets(nodes, answer);
            return;
        }
        let Some(alias) = alias(nodes, &name) else { break };
        answer.add_answer(Record::from_rdata(name, alias.0, alias.1));
        name = alias.2;
        if !origin.zone_of(&name) {
            return;
        }
    }
    if !nodes.exists(&name) {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    add_authority(origin, soa, answer);
}

/// Answers `query` about another zone than that of `origin` as a server does that has asked others,
/// and found that the name is nowhere.
pub fn resolve(origin: &Name, query: &Query, answer: &mut Message) {
    answer.metadata.recursion_available = true;
    if is_for_records(query) && !origin.zone_of(query.name()) {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
}

/// Whether a query asks for records, and not for a zone or in a class of its own.
fn is_for_records(query: &Query) -> bool {
    let transfer = matches!(query.query_type(), RecordType::AXFR | RecordType::IXFR);
    !transfer && matches!(query.query_class(), DNSClass::IN | DNSClass::ANY)
}

/// Says with the zone's SOA how long a "no" may be kept (RFC 2308 §3).
pub fn add_authority(origin: &Name, soa: &SOA, answer: &mut Message) {
    let data = RData::SOA(soa.clone());
    answer.add_authority(Record::from_rdata(origin.clone(), soa.minimum, data));
}

/// The records of a type, or of all; whether there was one.
fn add_sets(nodes: &Nodes, name: &Name, kind: RecordType, into: &mut Vec<Record>) -> bool {
    let before = into.len();
    let Some(node) = nodes.node(name) else { return false };
    for (number, set) in &node.sets {
        if kind == RecordType::ANY || u16::from(kind) == *number {
            let records = set.data.iter().cloned();
            into.extend(records.map(|data| Record::from_rdata(name.clone(), set.ttl, data)));
        }
    }
    into.len() > before
}

fn alias(nodes: &Nodes, name: &Name) -> Option<(u32, RData, Name)> {
    let set = nodes.set(name, RecordType::CNAME)?;
    let data = set.data.first()?;
    match data {
        RData::CNAME(to) => Some((set.ttl, data.clone(), to.0.clone())),
        _ => None,
    }
}

/// Sends along the addresses of the hosts an answer names (RFC 2782).
fn add_targets(nodes: &Nodes, answer: &mut Message) {
    let target = |record: &Record| match &record.data {
        RData::SRV(srv) => Some(srv.target.clone()),
        RData::NS(ns) => Some(ns.0.clone()),
        _ => None,
    };
    let mut targets: Vec<Name> = answer.answers.iter().filter_map(target).collect();
    targets.sort();
    targets.dedup();
    for target in targets {
        for kind in [RecordType::A, RecordType::AAAA] {
            add_sets(nodes, &target, kind, &mut answer.additionals);
        }
    }
}
