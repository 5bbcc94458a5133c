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
