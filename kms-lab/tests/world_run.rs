//! `kmslab run` as a script meets it: exit codes, selection, reports, both kinds of time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "support/folder.rs"]
mod folder;

use std::process::{Command, Output};

use serde_json::Value;

use crate::folder::Folder;

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kmslab")).arg("run").args(args).output().unwrap()
}

fn code(args: &[&str]) -> i32 {
    run(args).status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// One machine five hours fast, tried once, and what is expected of it.
fn fast(more: &str) -> String {
    format!(
        r#"
schema = 1
name = "fast"
limit = {{ sim = "1h" }}
[[host]]
id = "kms"
[[machine]]
id = "fast"
clock = "+5h"
[[step]]
at = "1m"
run = "fast"
{more}
"#
    )
}

const PASSES: &str = "[[expect]]\nid = \"refused\"\nfirst = { result = \"0xC004F06C\" }\n";
const FAILS: &str = "[[expect]]\nid = \"granted\"\nfirst = { result = \"ok\" }\n";
const OVER: &str = "[thresholds]\n\"exchange.failed\" = \"rate<=0.5\"\n";
const MISSES: &str = "[[fault]]\nid = \"never\"\nstage = \"tcp.data\"\nwhen = { nth = 30 }\ndo = { \
                      kind = \"truncate\", keep = \"1B\" }\n[[require_hit]]\nfault = \"never\"\n";

#[test]
fn the_exit_code_is_the_first_that_applies() {
    let folder = Folder::new("codes");
    for (name, more, exit) in [
        ("passes", PASSES.to_owned(), 0),
        ("fails", FAILS.to_owned(), 4),
        ("over", format!("{PASSES}{OVER}"), 5),
        ("misses", format!("{PASSES}{MISSES}"), 7),
        ("fails-and-over", format!("{FAILS}{OVER}"), 4),
        ("fails-and-misses", format!("{FAILS}{MISSES}"), 4),
        ("over-and-misses", format!("{MISSES}{OVER}"), 5),
        ("invalid", "[[expect]]\nfirst = { reslt = \"ok\" }\n".to_owned(), 3),
    ] {
        let file = folder.write(&format!("{name}.toml"), &fast(&more));
        assert_eq!(code(&[&file]), exit, "{name}");
    }
    // Of all together 3 wins; nothing keeps the others from being run.
    let all = run(&[folder.0.to_str().unwrap()]);
    assert_eq!(all.status.code(), Some(3));
    let text = out(&all);
    for part in ["scenarios=8", "1 passed", "3 failed", "1 miss", "2 over threshold", "1 invalid"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("expected result \"ok\", got 0xC004F06C"), "{text}");
    assert!(text.contains("skew +5h"), "{text}");
    assert!(text.contains("fault \"never\" never applied"), "{text}");
    assert!(text.contains("did you mean result?"), "{text}");
}

#[test]
fn a_limit_ends_the_run() {
    let folder = Folder::new("limit");
    let text = fast("")
        .replace("sim = \"1h\"", "sim = \"9d\", exchanges = 3")
        .replace("clock = \"+5h\"", "clock = \"+5h\"\nretry = { every = \"10m\" }");
    let file = folder.write("endless.toml", &text);
    let output = run(&[&file]);
    assert_eq!(output.status.code(), Some(10), "{}", out(&output));
    assert!(out(&output).contains("limit.exchanges reached"));
}

#[test]
fn nothing_selected_is_said_and_may_be_allowed() {
    let folder = Folder::new("none");
    folder.write("one.toml", &fast(PASSES));
    let here = folder.0.to_str().unwrap();
    assert_eq!(code(&[here, "--shard", "2/2"]), 9);
    assert_eq!(code(&[here, "--shard", "2/2", "--allow-none"]), 0);
    assert_eq!(code(&[here, "--shard", "3/2"]), 2);
    assert_eq!(code(&[&folder.path("gone.toml")]), 3);
}

#[test]
fn seeds_are_run_each_and_failing_ones_named() {
    let folder = Folder::new("seeds");
    let text = fast(FAILS).replace("clock = \"+5h\"", "clock = { draw = \"+0..+8h\" }");
    let file = folder.write("drawn.toml", &text);
    let output = run(&[&file, "--seeds", "1..40"]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("scenarios=40") && text.contains("seeds=1..40"), "{text}");
    assert!(text.contains("failing seeds: "), "{text}");
    assert!(text.contains("PASS  fast@") && text.contains("FAIL  fast@"), "{text}");
    let failing = text.lines().find(|line| line.trim().starts_with("repeat:")).unwrap();
    let repeat: Vec<&str> =
        failing.trim().trim_start_matches("repeat: kmslab run ").split(' ').collect();
    assert_eq!(code(&repeat), 4, "{repeat:?}");
    // Parts share nothing and leave nothing out.
    let parts = [1, 2, 3].map(|part| {
        let shard = format!("hash:{part}/3");
        out(&run(&[&file, "--seeds", "1..40", "--shard", &shard]))
    });
    let lines = |text: &str| text.matches("  fast@").count();
    assert_eq!(parts.iter().map(|text| lines(text)).sum::<usize>(), 40);
}

#[test]
fn the_journal_is_the_same_on_any_number_of_threads_and_when_run_twice() {
    let folder = Folder::new("journal");
    let text = fast(PASSES).replace("\"+5h\"", "\"+5h jitter:1m\"");
    let file = folder.write("a.toml", &text);
    let journal = |jobs: &str, name: &str| {
        let to = folder.path(name);
        let args = [&file, "--seeds", "1..20", "--jobs", jobs, "--journal", &to];
        let output = run(&[&args[..], &["--check-determinism"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", out(&output));
        folder.read(name)
    };
    let one = journal("1", "one.ndjson");
    assert_eq!(one, journal("7", "seven.ndjson"));
    let lines: Vec<Value> = one.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["ev"] == "ready").count(), 20);
    assert!(lines.iter().all(|line| line["wall"].is_null() && line["lab"] == true));
    let exchange = lines.iter().find(|line| line["ev"] == "exchange").unwrap();
    let injected = exchange["clock"]["client"]["injected_ns"].as_i64().unwrap();
    assert!((17_900_000_000_000..18_100_000_000_000).contains(&injected), "{exchange}");
    assert_eq!(exchange["clock"]["host"]["injected_ns"], 0);
    // The first and the last thing done is a look at all clocks; the sum closes each run.
    let of_one: Vec<&Value> = lines
        .iter()
        .take_while(|line| line["ev"] != "summary")
        .filter(|l| l["op"] == "check")
        .collect();
    assert_eq!(of_one.len(), 2);
    assert_eq!(of_one[0]["clocks"][1]["actor"], "fast");
    let (end, before) = lines.split_last().unwrap();
    assert_eq!(before.last().unwrap()["ev"], "summary");
    assert_eq!((&end["ev"], &end["whole"]), (&"end".into(), &true.into()));
    assert_eq!((&end["seq"], &end["runs"]), (&lines.len().into(), &20.into()));
}

#[test]
fn reports_and_the_plot_are_written_and_stdout_belongs_to_whoever_asked() {
    let folder = Folder::new("reports");
    let file = folder.write("a.toml", &fast(PASSES));
    let (junit, json) = (folder.path("j.xml"), folder.path("j.json"));
    let (junit, json) = (format!("junit={junit}"), format!("json={json}"));
    let plot = folder.path("p.svg");
    let args: [&str; 9] =
        [&file, "--report", &junit, "--report", &json, "--report", "tap=-", "--plot", &plot];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).starts_with("TAP version 14\n"), "{}", out(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("PASS  fast"));
    assert!(folder.read("j.xml").contains("<testcase name=\"fast\""), "{}", folder.read("j.xml"));
    let summary: Value = serde_json::from_str(&folder.read("j.json")).unwrap();
    assert_eq!(summary["exchanges"], 1);
    assert_eq!(summary["runs"][0]["level"], "D0");
    assert!(folder.read("p.svg").starts_with("<svg"));
    assert_eq!(code(&[&file, "--report", "tap=-", "--journal", "-"]), 2);
    assert_eq!(code(&[&file, "--report", "xml=-"]), 2);
    assert_eq!(code(&[&file, "--report", "json=/no/such/folder/x"]), 8);
}

#[test]
fn the_same_file_runs_over_loopback_where_its_time_allows() {
    let folder = Folder::new("real");
    let real = |more: &str| format!("mode = \"real\"\n{}", fast(more).replace("1m", "100ms"));
    let wanted = "[[expect]]\nfirst = { result = \"0xC004F06C\", skew = \"+5h\", tolerance = \
                  \"1s\" }\ncounters = { requests_total = 1, requests_failed = 1 }\n\
                  [[require_hit]]\nclock = \"fast\"\n";
    let file = folder.write("real.toml", &real(wanted));
    let output = run(&[&file, "--journal", "-"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let journal = out(&output);
    let exchange: Value = serde_json::from_str(
        journal.lines().find(|line| line.contains("\"ev\":\"exchange\"")).unwrap(),
    )
    .unwrap();
    assert!(exchange["wall"].is_string());
    assert_eq!(exchange["result"], "0xC004F06C");

    let long =
        folder.write("long.toml", &fast("").replace("schema = 1", "schema = 1\nmode = \"real\""));
    let output = run(&[&long]);
    assert_eq!(output.status.code(), Some(3));
    assert!(out(&output).contains("and limit.wall ends the run at 30s"), "{}", out(&output));
    let scaled =
        fast(PASSES).replace("schema = 1", "schema = 1\nmode = \"real-scaled\"\nscale = 600.0");
    assert_eq!(code(&[&folder.write("scaled.toml", &scaled)]), 0);
}

#[test]
fn over_loopback_a_second_run_is_held_to_the_decisions_of_the_first() {
    let folder = Folder::new("real-twice");
    let real =
        fast(PASSES).replace("1m", "50ms").replace("schema = 1", "schema = 1\nmode = \"real\"");
    let file = folder.write("real.toml", &real);
    let (json, journal) = (format!("json={}", folder.path("s.json")), folder.path("j"));
    let args = [&file, "--check-determinism", "--report", &json, "--journal", &journal];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let summary: Value = serde_json::from_str(&folder.read("s.json")).unwrap();
    let determinism = &summary["determinism"];
    assert_eq!((&determinism["checked"], &determinism["compared"]), (&true.into(), &1.into()));
    assert_eq!(summary["level"], "D1");
    // It took the time of two runs, and the journal is that of one.
    assert!(summary["wall_s"].as_f64().unwrap() >= 0.1, "{summary}");
    assert_eq!(folder.read("j").matches("\"ev\":\"ready\"").count(), 1);
}

#[test]
fn determinism_is_claimed_only_of_runs_that_were_compared() {
    let folder = Folder::new("claims");
    let good = folder.write("good.toml", &fast(PASSES));
    let bad = folder.write("bad.toml", "schema = 1\n");
    let json = format!("json={}", folder.path("s.json"));
    assert_eq!(code(&[&good, &bad, "--check-determinism", "--report", &json]), 3);
    let summary: Value = serde_json::from_str(&folder.read("s.json")).unwrap();
    let determinism = &summary["determinism"];
    assert_eq!((&determinism["checked"], &determinism["compared"]), (&false.into(), &1.into()));
}

#[test]
fn two_things_in_one_file_are_refused_and_nothing_is_overwritten() {
    let folder = Folder::new("one-file");
    let file = folder.write("a.toml", &fast(PASSES));
    let kept = folder.write("kept", "kept");
    let json = format!("json={kept}");
    // The same file by another name.
    let tap = format!("tap={}", folder.path("./kept"));
    let text = folder.read("a.toml");
    for args in [
        &[&file, "--journal", &kept, "--report", &json][..],
        &[&file, "--report", &tap, "--report", &json],
        &[&file, "--journal", &kept, "--plot", &kept],
        &[&file, "--journal", &file],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("at once"));
    }
    assert_eq!((folder.read("kept").as_str(), folder.read("a.toml")), ("kept", text));
    assert_eq!(code(&[&file, &file, "--journal", "/dev/null", "--report", "tap=/dev/null"]), 0);
}

#[test]
fn plots_of_several_seeds_are_named_by_their_seed() {
    let folder = Folder::new("plots");
    let file = folder.write("a.toml", &fast(PASSES));
    assert_eq!(code(&[&file, "--seeds", "17..18", "--plot", &folder.path("p.svg")]), 0);
    let mut names: Vec<String> = std::fs::read_dir(&folder.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('p'))
        .collect();
    names.sort();
    assert_eq!(names, ["p-seed17.svg", "p-seed18.svg"]);
    assert!(folder.read("p-seed18.svg").starts_with("<svg"));
}

#[test]
fn the_head_and_the_repeat_line_say_which_seeds() {
    let folder = Folder::new("seeds-told");
    let unread = folder.write("unread.toml", "schema = \n");
    let text = out(&run(&[&unread]));
    assert!(!text.contains("--seed 0") && !text.contains("seed=0"), "{text}");
    let [a, b] = [7, 8].map(|seed| {
        let text = fast(PASSES).replace("schema = 1", &format!("schema = 1\nseed = {seed}"));
        folder.write(&format!("{seed}.toml"), &text)
    });
    let text = out(&run(&[&a, &unread]));
    assert!(text.contains("seed=7 ") && text.contains("--seed 7"), "{text}");
    let text = out(&run(&[&a, &b]));
    assert!(text.contains("seeds=7,8 ") && !text.contains("--seed"), "{text}");
}

#[test]
fn more_runs_than_can_be_kept_are_refused() {
    let folder = Folder::new("many");
    let file = folder.write("a.toml", &fast(PASSES));
    assert_eq!(code(&[&file, "--seeds", "1..2000000"]), 2);
}

#[test]
fn clocks_drawn_at_the_edges_are_judged_by_the_window_under_two_hundred_seeds() {
    let folder = Folder::new("edges");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/boundary-drawn.toml");
    let output = run(&[file, "--seeds", "1..200", "--journal", &folder.path("j")]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    // Once more without the program's own arithmetic.
    let window: i128 = 4 * 3600 * 1_000_000_000;
    let (mut granted, mut refused, mut edges) = (0, 0, [0; 4]);
    for line in folder.read("j").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["ev"] != "exchange" {
            continue;
        }
        let read = |key: &str| i128::from(line[key].as_u64().unwrap());
        let skew = (read("client_filetime") - read("host_filetime")) * 100;
        let inside = skew.abs() <= window;
        let (decision, result) =
            if inside { ("granted", "0x0") } else { ("refused", "0xC004F06C") };
        assert_eq!(
            (&line["decision"], &line["result"]),
            (&decision.into(), &result.into()),
            "{line}"
        );
        *(if inside { &mut granted } else { &mut refused }) += 1;
        for (seen, at) in edges.iter_mut().zip([window, window + 100, -window, -window - 100]) {
            *seen += i32::from(skew == at);
        }
    }
    assert!(granted > 1000 && refused > 1000 && edges.iter().all(|seen| *seen > 0), "{edges:?}");
}

#[test]
fn a_threshold_on_what_never_happened_proves_nothing() {
    let folder = Folder::new("measures-nothing");
    let idle =
        "schema = 1\nlimit = { sim = \"1h\" }\n[[host]]\nid = \"kms\"\n[[machine]]\nid = \"pc\"\n";
    for (limit, exit) in [
        ("\"exchange.latency\" = \"max<1h\"", 7),
        ("\"exchange.latency\" = \"p(99)<1h\"", 7),
        ("\"exchange.failed\" = \"rate<=0\"", 7),
        ("\"exchange.count\" = \"count<=0\"", 0),
        ("\"exchange.count\" = \"count>=1\"", 5),
    ] {
        let file = folder.write("idle.toml", &format!("{idle}[thresholds]\n{limit}\n"));
        assert_eq!(code(&[&file]), exit, "{limit}");
    }
}

#[test]
fn a_journal_without_an_invalid_file_is_not_the_whole() {
    let folder = Folder::new("not-whole");
    let good = folder.write("good.toml", &fast(PASSES));
    let bad = folder.write("bad.toml", "schema = 1\nsead = 2\n");
    let journal = folder.path("j.ndjson");
    let end = |files: &[&str]| {
        code(&[files, &["--journal", &journal]].concat());
        let text = folder.read("j.ndjson");
        serde_json::from_str::<Value>(text.lines().last().unwrap()).unwrap()
    };
    assert_eq!(end(&[&good])["whole"], true);
    let last = end(&[&good, &bad]);
    assert_eq!(
        (&last["whole"], &last["runs"], &last["done"]),
        (&false.into(), &2.into(), &1.into())
    );
}
