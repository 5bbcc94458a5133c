//! The whole file, read into a [`Scenario`].

use crate::scenario::Scenario;
use crate::scenario::copies::Groups;
use crate::scenario::expect::read::Names;
use crate::scenario::fields::Fields;
use crate::scenario::form::{Form, Key, Shape};
use crate::scenario::grammars::{TEXTS, THRESHOLD};
use crate::scenario::machine::Finds;
use crate::scenario::node::Node;
use crate::scenario::reading::Reading;
use crate::scenario::references::{Actors, refer};
use crate::scenario::sense::sense;
use crate::scenario::{
    clock, expect, fault, head, host, machine, network, require_hit, step, threshold,
};

const HEAD: [Key; 12] = head::KEYS;
static ONE_THRESHOLD: Form = Form::Text(&THRESHOLD);
static THRESHOLDS: Form = Form::Either(&[Form::Text(&THRESHOLD), Form::List(&ONE_THRESHOLD)]);
static ANY_SWEEP: Form =
    Form::Either(&[Form::List(&Form::Anything), Form::Table(&crate::scenario::sweep::BOUNDARY)]);

const PARTS: [Key; 13] = [
    Key::new("include", TEXTS, "Files whose content comes first; they include no others.").fixed(),
    Key::new("host", Form::Tables(&host::SHAPE), "The KMS hosts.").required(),
    Key::new("machine", Form::Tables(&machine::SHAPE), "The simulated computers."),
    Key::new("link", Form::Tables(&network::LINK), "How long bytes are under way."),
    Key::new("time_source", Form::Tables(&network::TIME_SOURCE), "What clocks are set by."),
    Key::new("dns", Form::Table(&network::DNS), "The zone machines look hosts up in."),
    Key::new("clock", Form::Tables(&clock::SHAPE), "What happens to clocks."),
    Key::new("fault", Form::Tables(&fault::SHAPE), "What goes wrong."),
    Key::new("step", Form::Tables(&step::SHAPE), "What is done from outside."),
    Key::new("expect", Form::Tables(&expect::shape::SHAPE), "What shall come of it."),
    Key::new("require_hit", Form::Tables(&require_hit::SHAPE), "What must really happen."),
    Key::new("thresholds", Form::Map(&THRESHOLDS), "Limits on what is measured.").fixed(),
    Key::new("sweep", Form::Map(&ANY_SWEEP), "One run for each value of a path.").fixed(),
];

const KEYS: [Key; 25] = {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = HEAD;
    let [m, n, o, p, q, r, s, t, u, v, w, x, y] = PARTS;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y]
};

/// The file.
pub static SHAPE: Shape = Shape {
    name: "a scenario",
    about: "A world of KMS hosts and simulated computers, what happens to it, and what shall come \
            of it.",
    keys: &KEYS,
    instead: &[
        ("client", "write [[machine]]"),
        ("clients", "write [[machine]]"),
        ("hosts", "write [[host]]"),
        ("machines", "write [[machine]]"),
        ("faults", "write [[fault]]"),
        ("steps", "write [[step]]"),
        ("expects", "write [[expect]]"),
        ("threshold", "write [thresholds]"),
    ],
};

/// Reads a tree without draws and without copies left in it.
pub fn read(
    reading: &Reading,
    root: &Node,
    file: &str,
    seed: u64,
    groups: &Groups,
) -> Option<Scenario> {
    let fields = Fields::open(reading, root, &SHAPE)?;
    for name in ["include", "sweep"] {
        let _ = fields.node(name);
    }
    let head = head::read(&fields, file);
    let mut names = Names::default();
    let mut time_sources = Vec::new();

    let host_fields = fields.tables("host");
    let hosts: Vec<_> = host_fields.iter().map(|f| host::read(f, &head, seed)).collect();
    let machine_fields = fields.tables("machine");
    let mut machines: Vec<_> = machine_fields
        .iter()
        .filter_map(|f| machine::read(f, &head, groups, &mut names.hosts, &mut time_sources))
        .collect();
    let sources = fields.tables("time_source");
    let sources: Vec<_> = sources.iter().filter_map(network::read_time_source).collect();
    let links = fields.tables("link");
    let links = links
        .iter()
        .filter_map(|f| network::read_link(f, &mut names.machines, &mut names.hosts))
        .collect();
    let every_host = hosts.iter().map(|host| host.id.clone());
    let dns = fields.table("dns");
    let dns = dns
        .as_ref()
        .map(|f| network::read_dns(f, every_host, &mut names.hosts, &mut names.machines));
    for machine in &mut machines {
        settle(&mut machine.finds, dns.is_some(), hosts.iter().map(|host| host.id.as_str()));
    }

    let clocks = fields.tables("clock");
    let clocks: Vec<_> = clocks
        .iter()
        .filter_map(|f| clock::read(f, &mut names.actors, &mut time_sources))
        .collect();
    let nodes = fields.node("fault").and_then(Node::list).unwrap_or_default();
    let fault_fields = fields.tables("fault");
    let faults: Vec<_> = fault_fields
        .iter()
        .zip(nodes)
        .zip(1..)
        .map(|((f, node), position)| {
            fault::read(
                f,
                node,
                position,
                (&machines, dns.is_some()),
                (&mut names.hosts, &mut time_sources),
            )
        })
        .collect();
    let steps = fields.tables("step");
    let steps: Vec<_> = steps
        .iter()
        .zip(1..)
        .filter_map(|(f, position)| step::read(f, position, &mut names, &mut time_sources))
        .collect();
    let only_host = if let [host] = hosts.as_slice() { Some(host.id.as_str()) } else { None };
    let expects = fields.tables("expect");
    let expects: Vec<_> = expects
        .iter()
        .zip(1..)
        .map(|(f, position)| expect::read::read(f, position, only_host, &mut names))
        .collect();
    let hits = fields.tables("require_hit");
    let require_hits = hits
        .iter()
        .filter_map(|f| require_hit::read(f, &mut names.faults, &mut names.computers))
        .collect();
    let thresholds = fields.node("thresholds");
    let thresholds = thresholds.map(|node| threshold::read(reading, node)).unwrap_or_default();
    if fields.node("host").and_then(Node::list).is_some_and(<[Node]>::is_empty) {
        fields.wrong("host", "a world has at least one host", "write [[host]]");
    }

    let scenario = Scenario {
        head,
        sources: reading.sources().clone(),
        seed,
        hosts,
        machines,
        links,
        time_sources: sources,
        dns,
        clocks,
        faults,
        steps,
        expects,
        require_hits,
        thresholds,
    };
    refer(reading, &scenario, &Actors::of(&scenario), &names, &time_sources);
    sense(reading, &scenario);
    Some(scenario)
}

/// Where a machine names no host: by the zone where there is one, else all hosts in their order.
fn settle<'h>(finds: &mut Finds, dns: bool, hosts: impl Iterator<Item = &'h str>) {
    if *finds == Finds::Hosts(Vec::new()) {
        *finds = if dns { Finds::Dns } else { Finds::Hosts(hosts.map(str::to_owned).collect()) };
    }
}
