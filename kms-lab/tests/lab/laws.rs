//! Whatever is done in a lab: it replays, and as a scenario it comes to the same.

use std::path::Path;

use kms_lab::happening::Happening;
use kms_lab::lab::export::export;
use kms_lab::lab::head::Head;
use kms_lab::lab::present::Present;
use kms_lab::lab::replay::{begin, replay};
use kms_lab::lab::sources;
use kms_lab::lab::store::Recorded;
use kms_lab::prompt::command::Command;
use kms_lab::report::outcome::Run;
use kms_lab::scenario::source::Source;
use kms_lab::world::diary::Keep;
use kms_lab::world::runner::{self, Wants};
use kms_proto::time::duration::Nanos;
use proptest::prelude::*;

/// Timers that ring at the moments at which people type, a step and an order among them; without a
/// link nothing takes any time, and all of it happens at once.
fn world(link: bool) -> String {
    let link = if link { "[[link]]\nlatency = \"20ms\"\n" } else { "" };
    format!(
        r#"schema = 1
name = "law"
start = "2026-01-05T09:00:00Z"
limit = {{ sim = "3d" }}
[[host]]
id = "kms"
[[host]]
id = "late"
clock = "-5h"
optional = true
[[time_source]]
id = "dc"
[[machine]]
id = "pc"
n = 2
clock = "+4h"
optional = true
host = ["late", "kms"]
retry = {{ every = "1h" }}
renew = {{ every = "2h" }}
[[machine]]
id = "far"
clock = "+1d"
optional = true
host = ["kms"]
retry = {{ every = "1h", max = 3 }}
[dns]
register = ["lives"]
[[machine]]
id = "lives"
life = true
clock = "+1d"
optional = true
time = {{ source = "dc", type = "ntp" }}
{link}
[[step]]
run = ["pc", "far"]
at = "1h"
[[clock]]
actor = "far"
event = [ {{ at = "3h", op = "bump", by = "-1d", optional = true }} ]
"#
    )
}

fn head(link: bool, seed: u64) -> Head {
    let source = Source { name: "law.toml".to_owned(), text: world(link) };
    Head { made_by: "test".to_owned(), seed, live_since: None, sources: vec![source] }
}

#[derive(Clone, Debug)]
enum Doing {
    Type(&'static str, &'static str),
    Set(&'static str, &'static str),
    Happens(&'static str, &'static str),
    Advance(Nanos),
}

fn doing() -> impl Strategy<Value = Doing> {
    let computer = || prop::sample::select(&["pc-1", "pc-2", "far", "lives", "kms", "late"][..]);
    let line = prop::sample::select(
        &[
            "slmgr /ato",
            "slmgr /ato",
            "slmgr pc-1 /ato",
            "slmgr /dlv",
            "slmgr kms /dlv",
            "slmgr kms /sai 15",
            "slmgr /skms kms",
            "slmgr /ckms",
            "slmgr /upk",
            "slmgr /rearm",
            "cscript ospp.vbs /dstatus",
            "w32tm /resync",
            "w32tm /query /status /verbose",
            "w32tm /config /syncfromflags:domhier /update",
            "w32tm /stripchart /computer:dc /samples:2",
            "net stop w32time",
            "ipconfig /registerdns",
            "net start w32time",
            "net stop sppsvc",
            "net start sppsvc",
            "slmgr /ato /dlv",
            "cscript slmgr.vbs /xpr",
            "slmgr nobody /dli",
            "slmgr",
        ][..],
    );
    let clock = prop::sample::select(&["pc-1", "far", "kms", "dc"][..]);
    let to = prop::sample::select(&["true", "+5h", "-3h59m", "2026-02-01T00:00:00Z"][..]);
    let machine = prop::sample::select(&["pc-2", "far", "lives"][..]);
    let what = prop::sample::select(&Happening::WORDS[..]);
    let length = prop::sample::select(&["30m", "1h", "2h", "59m59s960ms", "0"][..]);
    prop_oneof![
        4 => (computer(), line).prop_map(|(on, line)| Doing::Type(on, line)),
        1 => (clock, to).prop_map(|(on, to)| Doing::Set(on, to)),
        1 => (machine, what).prop_map(|(on, what)| Doing::Happens(on, what)),
        2 => length.prop_map(|text| {
            Doing::Advance(kms_proto::time::duration::parse(text).unwrap_or_default())
        }),
    ]
}

fn act(present: &mut Present, what: &Doing) {
    let entry = match what {
        Doing::Type(on, line) => {
            let actor = present.computer(Some(on)).unwrap();
            let command = Command::parse(line).unwrap();
            present.type_command(actor, command, true).unwrap()
        }
        Doing::Set(on, to) => {
            let actor = present.actor(on).unwrap();
            present.set(actor, to.parse().unwrap())
        }
        Doing::Happens(on, what) => {
            let actor = present.actor(on).unwrap();
            present.happens(actor, Happening::parse(what).unwrap()).unwrap()
        }
        Doing::Advance(length) => present.advance(*length).unwrap(),
    };
    present.entries.push(entry);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_lab_replays_and_is_a_scenario(
        doings in proptest::collection::vec(doing(), 0..24),
        link in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut present = begin(head(link, seed)).unwrap();
        for what in &doings {
            act(&mut present, what);
        }
        let recorded = Recorded { head: head(link, seed), begun: 0, entries: present.entries.clone() };
        let again = replay(recorded, Path::new("law.lab")).unwrap_or_else(|stop| panic!("{stop}"));
        prop_assert_eq!(again.now(), present.now());
        prop_assert_eq!(again.world.history.events, present.world.history.events);

        let text = export(&present);
        let exported = Source { name: "law.toml".to_owned(), text };
        let document = sources::document(&[exported]).unwrap_or_else(|broken| panic!("{broken}"));
        let resolved = sources::resolve(&document, seed).unwrap_or_else(|b| panic!("{b}"));
        let wants = Wants { journal: Keep::Nothing, twice: false, course: false, capture: false };
        let ran = runner::run(&resolved, Run::default(), wants);
        prop_assert!(ran.run.troubles.is_empty(), "{:#?}", ran.run.troubles);
    }
}
