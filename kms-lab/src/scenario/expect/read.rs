//! Reads an expectation.

use kms_proto::windows::product::Detail;

use crate::scenario::bounds::Bounds;
use crate::scenario::expect::{Check, Counter, ExpectPlan, Which};
use crate::scenario::fields::Fields;
use crate::scenario::look::{self, Look, bounds};
use crate::scenario::machine::Named;
use crate::scenario::source::At;
use crate::scenario::values;

/// The ids an expectation names, for the check that there are such.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Machines, groups.
    pub machines: Vec<Named<'a>>,
    /// Hosts.
    pub hosts: Vec<Named<'a>>,
    /// Machines or hosts.
    pub computers: Vec<Named<'a>>,
    /// Machines, hosts, time sources or the DNS server.
    pub actors: Vec<Named<'a>>,
    /// Faults.
    pub faults: Vec<Named<'a>>,
    /// Steps, by id.
    pub steps: Vec<Named<'a>>,
}

/// Reads an expectation. `only_host` is the one host there is, and `steps` how many steps.
pub fn read<'a>(
    fields: &Fields<'a>,
    position: usize,
    only_host: Option<&str>,
    names: &mut Names<'a>,
) -> ExpectPlan {
    let id = fields.text("id").map_or_else(|| format!("expect-{position}"), str::to_owned);
    let after = fields.table("after").and_then(|after| read_after(&after, names));
    let mut checks = Vec::new();
    let machine = named(fields, "machine", &mut names.machines);
    let host = named(fields, "host", &mut names.hosts);
    let mut exchanges = |which: Which, look: Look| {
        let (machine, host) = (machine.clone(), host.clone());
        checks.push(Check::Exchanges { machine, host, which, look });
    };
    let whole = [
        ("first", Which::First),
        ("last", Which::Last),
        ("all", Which::All),
        ("none", Which::None),
        ("some", Which::Some(fields.node("times").and_then(bounds).unwrap_or(Bounds::SOME))),
    ];
    for (name, which) in whole {
        if let Some(table) = fields.table(name) {
            let look = look::read(&table, &mut names.faults);
            looks_at_something(&table, &look);
            exchanges(which, look);
        }
    }
    if fields.has("times") && !fields.has("some") {
        fields.wrong(
            "times",
            "times says how many are like some, which is missing",
            "some = { result = \"ok\" }",
        );
    }
    if let Some(table) = fields.table("nth") {
        let n = table.integer("n");
        let look = table.table("look").map(|table| {
            let look = look::read(&table, &mut names.faults);
            looks_at_something(&table, &look);
            look
        });
        if let (Some(n), Some(look)) = (n, look) {
            exchanges(Which::Nth(n), look);
        }
    }
    if let Some(count) = fields.node("exchanges").and_then(bounds) {
        exchanges(Which::Some(count), Look::default());
    }
    if let Some(table) = fields.table("counters") {
        match host.as_deref().or(only_host) {
            Some(host) => read_counters(&table, host, &mut checks),
            None => fields.wrong("counters", "whose counters? There are several hosts", "host = …"),
        }
    }
    checks.extend(fields.table("events").and_then(|table| read_events(&table, names)));
    checks.extend(fields.table("slmgr").and_then(|table| read_slmgr(&table, names)));
    checks.extend(fields.table("output").and_then(|table| read_output(&table, names)));
    checks.extend(fields.table("registered").and_then(|table| read_registered(&table, names)));
    checks.extend(fields.table("clock").and_then(|table| read_clock(&table, names)));
    if checks.is_empty() && fields.reading.count() == 0 {
        let help = "first, last, nth, all, some, none, exchanges, counters, events, slmgr, output, registered or clock";
        fields.reading.wrong(fields.at, "this expectation expects nothing", help);
    }
    ExpectPlan {
        id,
        after,
        at: fields.get("at", values::length),
        within: fields.get("within", values::positive),
        checks,
        written: fields.at,
    }
}

/// Anything is like nothing in particular.
fn looks_at_something(table: &Fields<'_>, look: &Look) {
    if *look == Look::default() && table.reading.count() == 0 {
        let help = "result, shown, decision, skew, count, check or fault; how many exchanges there \
                    are is said by exchanges = 1";
        table.reading.wrong(table.at, "this expects nothing of an exchange", help);
    }
}

fn named<'a>(
    fields: &Fields<'a>,
    name: &'static str,
    names: &mut Vec<Named<'a>>,
) -> Option<String> {
    let id = fields.text(name)?;
    names.push((id, fields.at(name)));
    Some(id.to_owned())
}

/// A step by id, or by position: steps without an id have their position for one.
fn read_after<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<(String, At)> {
    let by_id = named(fields, "step", &mut names.steps);
    let id = by_id.or_else(|| fields.integer::<u64>("step").map(|number| number.to_string()))?;
    Some((id, fields.at("step")))
}

fn read_counters(fields: &Fields<'_>, host: &str, checks: &mut Vec<Check>) {
    for (name, counter) in Counter::ALL {
        if let Some(bounds) = fields.node(name).and_then(bounds) {
            checks.push(Check::Counter { host: host.to_owned(), counter, bounds });
        }
    }
}

fn read_events<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<Check> {
    let of = named(fields, "of", &mut names.computers);
    let id = fields.integer("id");
    let result = fields.get("result", values::result);
    let contains = texts(fields, "contains");
    let count = fields.node("count").and_then(bounds).unwrap_or(Bounds::SOME);
    Some(Check::Events { of: of?, id: id?, result, contains, count })
}

fn read_slmgr<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<Check> {
    let of = named(fields, "of", &mut names.computers);
    let verbs = [("/dli", Detail::Dli), ("/dlv", Detail::Dlv)];
    let verb = fields.word("verb", &verbs).unwrap_or(Detail::Dlv);
    let (contains, lacks) = (texts(fields, "contains"), texts(fields, "lacks"));
    if contains.is_empty() && lacks.is_empty() && fields.reading.count() == 0 {
        fields.reading.wrong(fields.at, "slmgr needs contains or lacks", "contains = \"Licensed\"");
    }
    Some(Check::Slmgr { of: of?, verb, contains, lacks })
}

fn read_output<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<Check> {
    let step = read_after(fields, names);
    let on = named(fields, "on", &mut names.computers);
    let code = fields.get("code", values::result);
    let text = fields.text("text").map(str::to_owned);
    let (contains, lacks) = (texts(fields, "contains"), texts(fields, "lacks"));
    let says = code.is_some() || text.is_some() || !contains.is_empty() || !lacks.is_empty();
    if !says && fields.reading.count() == 0 {
        let help = "code = \"ok\", or contains = \"Licensed\"";
        fields.reading.wrong(fields.at, "output needs code, text, contains or lacks", help);
    }
    Some(Check::Output { step: step?, on, code, text, contains, lacks })
}

fn read_registered<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<Check> {
    let of = named(fields, "of", &mut names.machines);
    let result = fields.get("result", values::result).unwrap_or_default();
    Some(Check::Registered { of: of?, result })
}

fn read_clock<'a>(fields: &Fields<'a>, names: &mut Names<'a>) -> Option<Check> {
    let of = named(fields, "of", &mut names.actors);
    let offset = fields.get("offset", values::offset);
    let tolerance = fields.get("tolerance", values::length).unwrap_or_default();
    Some(Check::Clock { of: of?, offset: offset?, tolerance })
}

fn texts(fields: &Fields<'_>, name: &'static str) -> Vec<String> {
    fields.texts(name).into_iter().map(|(text, _)| text.to_owned()).collect()
}
