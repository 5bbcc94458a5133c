//! What is drawn from the seed, and what does not change it.

use std::collections::BTreeMap;

use crate::{load, resolved};

const FILE: &str = r#"
schema = 1
[[host]]
window = { draw = "1h..5h" }
[[machine]]
id = "pc"
n = 3
clock = { draw = "-8h..+8h" }
protocol = { draw = [4, 5, 6] }
[[fault]]
id = "slow"
stage = "tcp.data"
when = { prob = { draw = "0.1..0.5" } }
do = { kind = "latency", median = { draw = "1ms..40ms" } }
"#;

/// Clocks at the edges of two windows.
const EDGES: &str = r#"
schema = 1
[[host]]
id = "near"
window = "1h"
[[host]]
id = "far"
window = "6h"
clock = { draw = "boundary" }
[[machine]]
id = "pc"
n = 200
clock = { draw = "boundary" }
[[machine]]
id = "there"
n = 200
host = "far"
clock = { draw = "boundary" }
[[machine]]
id = "own"
n = 200
clock = { draw = "boundary", window = "-30m..+8h" }
"#;

const MINUTE: i64 = 60_000_000_000;

#[test]
fn a_clock_at_a_boundary_is_drawn_for_its_actor_around_its_window() {
    let one = drawn(EDGES, 1);
    assert_eq!(one, drawn(EDGES, 1));
    assert_ne!(one, drawn(EDGES, 2));
    assert_eq!(one.len(), 601);
    assert_ne!(one["machine.pc-1.clock"], one["machine.pc-2.clock"]);
    for (group, edges) in [("pc", [60, -60]), ("there", [360, -360]), ("own", [480, -30])] {
        let edges = edges.map(|minutes: i64| minutes * MINUTE);
        let values: Vec<&str> = one
            .iter()
            .filter(|(path, _)| path.starts_with(&format!("machine.{group}-")))
            .map(|(_, value)| value.as_str())
            .collect();
        let offsets: Vec<i64> = values
            .iter()
            .filter_map(|value| kms_lab::scenario::values::offset(value).ok())
            .map(|offset| offset.0)
            .collect();
        for edge in edges {
            let near = offsets.iter().filter(|offset| (*offset - edge).abs() <= MINUTE).count();
            assert!(near >= 20, "{group} {edge}: {near} of {values:?}");
        }
        assert!(values.contains(&"0"), "{group}: {values:?}");
        assert!(values.iter().any(|value| value.starts_with("filetime:")), "{group}");
        assert!(values.iter().any(|value| value.starts_with("0 {\"at\":")), "{group}");
    }
    let scenario = resolved(EDGES, 1).scenario;
    let scheduled = one.values().filter(|value| value.contains(" {")).count();
    assert_eq!(scenario.clocks.len(), scheduled);
    assert!(scenario.clocks.iter().flat_map(|clock| &clock.events).all(|event| event.optional));
}

#[test]
fn a_draw_at_a_boundary_is_told_what_is_wrong_with_it() {
    for (draw, wrong) in [
        ("clock = { draw = \"boundary\", window = \"off\" }", "has no edges"),
        ("clock = { draw = \"boundary\", window = \"4q\" }", "unit"),
        ("clock = { draw = \"boundary\", windw = \"4h\" }", "no key windw"),
        ("timeout = { draw = \"boundary\" }", "a clock has boundary, too"),
    ] {
        let text = format!("schema = 1\n[[host]]\n[[machine]]\nid = \"pc\"\n{draw}\n");
        let checked = load("x.toml", text.as_bytes()).and_then(|document| document.check());
        let said = checked.unwrap_err().to_string();
        assert!(said.contains(wrong), "{said}");
    }
}

fn drawn(text: &str, seed: u64) -> BTreeMap<String, String> {
    resolved(text, seed).drawn.into_iter().map(|drawn| (drawn.path, drawn.value)).collect()
}

#[test]
fn a_draw_is_keyed_by_the_seed_and_its_own_path() {
    let one = drawn(FILE, 1);
    assert_eq!(one, drawn(FILE, 1));
    assert_ne!(one, drawn(FILE, 2));
    let paths: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "fault.slow.do.median",
            "fault.slow.when.prob",
            "host.1.window",
            "machine.pc-1.clock",
            "machine.pc-1.protocol",
            "machine.pc-2.clock",
            "machine.pc-2.protocol",
            "machine.pc-3.clock",
            "machine.pc-3.protocol",
        ]
    );
    assert_ne!(one["machine.pc-1.clock"], one["machine.pc-2.clock"]);
}

#[test]
fn adding_a_machine_or_a_fault_changes_no_other_draw() {
    let before = drawn(FILE, 7);
    let more = FILE.replacen(
        "[[machine]]",
        "[[machine]]\nid = \"new\"\nclock = { draw = \"-8h..+8h\" }\n[[machine]]",
        1,
    );
    let more = format!(
        "{more}[[fault]]\nid = \"other\"\nstage = \"tcp.data\"\ndo = {{ kind = \"latency\", median = \
         {{ draw = \"1ms..2ms\" }} }}\n"
    );
    let after = drawn(&more, 7);
    assert_eq!(after.len(), before.len() + 2);
    for (path, value) in before {
        assert_eq!(after[&path], value, "{path}");
    }
}

#[test]
fn what_is_drawn_is_in_its_range_and_in_the_scenario() {
    for seed in 0..200 {
        let resolved = resolved(FILE, seed);
        let found: BTreeMap<_, _> =
            resolved.drawn.iter().map(|d| (d.path.as_str(), d.value.as_str())).collect();
        let machine = &resolved.scenario.machines[0];
        let clock: client_sim::clock::spec::ClockSpec =
            found["machine.pc-1.clock"].parse().unwrap();
        assert_eq!(machine.clock, clock);
        assert!((4..=6).contains(&machine.protocol.major));
        assert_eq!(resolved.scenario.hosts[0].config.window.to_string(), found["host.1.window"]);
        let prob: f64 = found["fault.slow.when.prob"].parse().unwrap();
        assert!((0.1..=0.5).contains(&prob));
    }
}

#[test]
fn how_many_there_are_can_be_drawn() {
    let text = "schema = 1\n[[host]]\n[[machine]]\nid = \"pc\"\nn = { draw = \"2..5\" }\n";
    let document = load("x.toml", text.as_bytes()).unwrap();
    document.check().unwrap();
    let counts: std::collections::BTreeSet<usize> =
        (0..50).map(|seed| resolved(text, seed).scenario.machines.len()).collect();
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5]);
}
