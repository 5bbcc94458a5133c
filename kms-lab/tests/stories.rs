//! Every story of docs/stories.md is a file that passes, can fail, and shows what the page says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

#[path = "world/plays.rs"]
mod plays;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kms_lab::report::outcome::Run;
use kms_lab::report::text::trouble::lines_of;
use kms_lab::report::trouble::Trouble;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Ran, Wants};
use serde_json::Value;

use crate::plays::scenario;

const CODE: &str = "0xC004F06C";

/// What makes each story another one: a text of its file, and what stands there instead.
const BREAKS: [(&str, &str, &str); 31] = [
    ("s01-clocks-agree", "time = {", "clock = \"+4h1s\"\ntime = { running = false,"),
    ("s02-a-second-inside", "clock = \"+3h59m59s\"", "clock = \"+4h1s\""),
    ("s03-four-hours-exactly", "preset:kms-edge", "+4h100ns"),
    ("s04-a-second-outside", "clock = \"+4h1s\"", "clock = \"+4h\""),
    ("s05-a-second-behind", "clock = \"-4h1s\"", "clock = \"-4h\""),
    ("s06-image-with-a-wrong-date", "preset:wrong-day", "+15h"),
    ("s07-local-time-as-utc", "preset:rtc-local-india", "local-as-utc:+04:00"),
    ("s08-same-time-on-both-desktops", "clock = \"-18h\"", "clock = \"-15h\""),
    ("s09-restored-from-a-snapshot", "clock = \"saved\"", "clock = \"host\""),
    ("s10-suspended-for-six-hours", "sync = false", "sync = true"),
    ("s11-dead-battery-stand-alone", "type = \"ntp\"", "type = \"nt5ds\""),
    ("s12-dead-battery-in-a-domain", "running = false", "running = true"),
    (
        "s13-daylight-saving-missed",
        "dst-missed\"\nzone = \"Europe/Berlin\"",
        "bump\"\nby = \"-5h\"",
    ),
    ("s14-twelve-hours-am-and-pm", "set = \"+12h\"", "set = \"+16h\""),
    ("s15-host-wrong-refuses-everybody", "preset:proxmox-restore", "+4h"),
    ("s16-both-equally-wrong", "\"old\"\nclock = \"@2016", "\"old\"\nclock = \"@2017"),
    ("s17-drift-crosses-the-window", "over = \"15d\"", "over = \"16d\""),
    ("s18-seven-minutes-fast", "clock = \"+7m\"", "clock = \"+5m\""),
    ("s19-two-hosts-one-wrong", "clock = \"+1d\"", "clock = \"+4h\""),
    ("s20-two-hosts-both-wrong", "clock = \"-5h\"", "clock = \"-4h\""),
    ("s21-stepped-between-request-and-answer", "1h1s500ms\"\nop = \"set", "59m\"\nop = \"set"),
    ("s22-half-a-year-ahead", "set = \"+181d\"", "set = \"+179d\""),
    ("s23-refused-on-renewal", "by = \"+6h\"", "by = \"+4h\""),
    ("ladder-01-five-seconds", "by = \"+6s\"", "by = \"+4s\""),
    ("ladder-02-five-minutes", "clock = \"+5m1s\"", "clock = \"+5m\""),
    ("ladder-03-one-hour", "preset:dst-1h", "+5m"),
    ("ladder-04-four-hours", "clock = \"+4h1s\"", "clock = \"+4h\""),
    ("ladder-05-eight-hours", "clock = \"-8h1s\"", "clock = \"-8h\""),
    ("ladder-06-fifteen-hours", "clock = \"-15h1s\"", "clock = \"-15h\""),
    ("ladder-07-forty-eight-hours", "clock = \"+2d1s\"", "clock = \"+2d\""),
    ("ladder-08-years", "type = \"ntp\"", "type = \"nt5ds\""),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/stories.md")).unwrap()
}

fn text(name: &str) -> String {
    let path = root().join(format!("scenarios/stories/{name}.toml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A row of the page's tables of stories.
struct Row {
    name: String,
    about: String,
    appears: bool,
    sees: String,
}

fn rows() -> Vec<Row> {
    let page = page();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| [")?.strip_suffix(" |")?.split(" | ").collect();
        let [file, about, appears, sees] = cells[..] else { return None };
        let (name, link) = file.split_once("](").unwrap();
        assert_eq!(link, format!("../scenarios/stories/{name}.toml)"));
        let appears = match appears {
            "yes" => true,
            "no" => false,
            other => panic!("{name}: {other}"),
        };
        let (name, about, sees) = (name.to_owned(), about.to_owned(), sees.to_owned());
        Some(Row { name, about, appears, sees })
    });
    rows.collect()
}

fn run(text: &str) -> Ran {
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    let resolved = scenario(text, 42);
    runner::run(&resolved, Run::default(), wants)
}

fn lines(ran: &Ran) -> Vec<Value> {
    let lines = std::str::from_utf8(&ran.journal).unwrap().lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The texts a row quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_page_has_every_file_once_and_in_order() {
    let files = std::fs::read_dir(root().join("scenarios/stories")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let files: BTreeSet<String> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let rows: Vec<String> = rows().into_iter().map(|row| row.name).collect();
    assert_eq!(rows.iter().cloned().collect::<BTreeSet<_>>(), files);
    assert_eq!(rows.len(), files.len(), "a file stands in two rows");
    for kind in ["s", "ladder"] {
        let of: Vec<_> = rows.iter().filter(|name| name.starts_with(kind)).collect();
        assert!(of.is_sorted(), "{of:?}");
    }
    // The stories are numbered without a gap.
    for (nth, name) in (1..).zip(rows.iter().filter(|name| name.starts_with('s'))) {
        assert!(name.starts_with(&format!("s{nth:02}-")), "{name}");
    }
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    let page = page();
    for link in page.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0) {
        if !link.starts_with("http") {
            assert!(root().join("docs").join(link).exists(), "{link}");
        }
    }
}

#[test]
fn each_begins_with_what_an_administrator_wants_to_know() {
    for row in rows() {
        let (name, text) = (&row.name, text(&row.name));
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("# ")).collect();
        assert!(head.len() >= 4, "{name} begins with too little");
        assert!(head.iter().any(|line| line.starts_with("# To do: ")), "{name} says no cure");
        assert!(head.iter().all(|line| line.len() <= 105), "{name}: a line is too long");
        let not = head[0].starts_with("# Must not reproduce: ");
        assert!(!not || !row.appears, "{name} reproduces what it must not");
        let scenario = scenario(&text, 42).scenario;
        assert_eq!((&scenario.head.name, &scenario.head.about), (name, &row.about));
    }
}

#[test]
fn each_holds_every_surface_to_its_story() {
    for row in rows() {
        let (name, text) = (&row.name, text(&row.name));
        for part in [
            "Total requests received: ",
            "Failed requests received: ",
            "id = 12288",
            "id = 12290",
            "type = \"slmgr /ato\"",
            "shown = ",
            "skew = ",
        ] {
            assert!(text.contains(part), "{name} says nothing of {part:?}");
        }
        if row.appears {
            assert!(text.contains("lacks = \"0xC004F06C\"") || text.contains("lacks = \"Error\""));
        }
    }
}

#[test]
fn each_passes_and_shows_what_the_page_says() {
    for row in rows() {
        let (name, ran) = (&row.name, run(&text(&row.name)));
        let troubles: Vec<String> = ran.run.troubles.iter().map(|t| lines_of(t).0).collect();
        assert!(troubles.is_empty(), "{name}: {troubles:#?}");

        let lines = lines(&ran);
        let of = |event: &'static str| lines.iter().filter(move |line| line["ev"] == event);
        let appears = of("exchange").any(|line| line["result"] == CODE);
        assert_eq!(appears, row.appears, "{name}: whether {CODE} appears");

        let printed: String = of("command").map(|line| line["text"].as_str().unwrap()).collect();
        assert!(!printed.contains("C004F06C"), "{name}: {printed}");
        let typed: String = of("command").map(|line| line["line"].as_str().unwrap()).collect();
        for part in quoted(&row.sees) {
            assert!(printed.contains(part) || typed.contains(part), "{name}: nobody sees {part:?}");
        }
        let shown = of("attempt").any(|line| line["shown"] == "0xC004F074");
        assert!(shown || !printed.contains("0xC004F074"), "{name} makes an error up");
    }
}

#[test]
fn each_fails_where_its_story_is_another() {
    let broken: Vec<&str> = BREAKS.iter().map(|(name, ..)| *name).collect();
    let rows: Vec<String> = rows().into_iter().map(|row| row.name).collect();
    assert_eq!(broken.iter().collect::<BTreeSet<_>>().len(), BREAKS.len());
    assert!(rows.iter().all(|name| broken.contains(&name.as_str())), "{rows:?}");
    for (name, from, to) in BREAKS {
        let text = text(name);
        let other = text.replacen(from, to, 1);
        assert_ne!(text, other, "{name} has no {from:?}");
        let troubles = run(&other).run.troubles;
        let unmet = troubles.iter().filter(|trouble| matches!(trouble, Trouble::Unmet(_))).count();
        assert!(unmet > 0, "{name} does not turn on {from:?}: {troubles:?}");
    }
}

#[test]
fn none_that_is_refused_passes_with_a_host_that_refuses_nobody() {
    for row in rows().into_iter().filter(|row| row.appears) {
        let open = text(&row.name).replace("[[host]]\n", "[[host]]\nwindow = \"off\"\n");
        let troubles = run(&open).run.troubles;
        assert!(troubles.iter().any(|t| matches!(t, Trouble::Unmet(_))), "{}", row.name);
    }
}
