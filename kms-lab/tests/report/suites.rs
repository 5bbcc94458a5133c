//! Suites to report on.

use kms_lab::report::outcome::{Assertions, Bytes, Level, Machine, Mode, Plan, Run, Suite};
use kms_lab::report::trouble::{Breach, Difference, Finding, Miss, Place, Trouble, Witness};
use kms_lab::signal::Signal;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Moment};

const START: i64 = 1_767_225_600_000_000_000;

/// A suite with these runs.
pub(crate) fn suite(runs: Vec<Run>) -> Suite {
    let plan = Plan {
        version: "0.1.0".to_owned(),
        commit: Some("9f3c2e1".to_owned()),
        seeds: "42".to_owned(),
        mode: Mode::Virtual,
        level: Level::D0,
        runs: runs.len(),
        repeat: "kmslab run scenarios/ --seed 42".to_owned(),
    };
    let machine = Machine {
        cpu: Some("AMD EPYC".to_owned()),
        cores: Some(2),
        os: "linux".to_owned(),
        rustc: Some("1.95.0".to_owned()),
        profile: "release".to_owned(),
    };
    Suite { plan, runs, wall: Nanos(20_000_000), determinism_checked: false, cut_by: None, machine }
}

/// The three runs the command line contract shows.
pub(crate) fn contract() -> Suite {
    suite(vec![passed(), failed(), missed()])
}

/// A run of every status, with evidence and hostile names.
pub(crate) fn everything() -> Suite {
    let mut suite = suite(vec![
        passed(),
        failed(),
        missed(),
        over(),
        late(),
        differing(),
        invalid(),
        bare(
            "cannot-bind",
            Trouble::CannotStart {
                message: "127.0.0.1:1688 is taken: choose another port with --listen".to_owned(),
            },
        ),
        bare("ended", Trouble::CutShort { signal: Signal::Interrupt }),
        bare("waited", Trouble::NotRun { signal: Signal::Interrupt }),
        bare("broken", Trouble::Internal { message: "the queue ran backwards".to_owned() }),
        hostile(),
    ]);
    suite.determinism_checked = true;
    suite.cut_by = Some(Signal::Interrupt);
    suite
}

/// Two seeds of a swept scenario, of which one failed.
pub(crate) fn seeds() -> Suite {
    let run = |seed| Run {
        point: Some("client.fast.clock=+4h100ns".to_owned()),
        seed,
        seed_in_name: true,
        repeat: format!("kmslab run scenarios/skewed.toml --seed {seed}"),
        ..passed()
    };
    let mut suite = suite(vec![run(1), Run { troubles: failed().troubles, ..run(2) }]);
    "1..2".clone_into(&mut suite.plan.seeds);
    "kmslab run scenarios/ --seeds 1..2".clone_into(&mut suite.plan.repeat);
    suite
}

pub(crate) fn passed() -> Run {
    Run {
        file: "scenarios/skewed.toml".to_owned(),
        name: "skewed-client-is-refused-then-recovers".to_owned(),
        wall: Nanos(6_123_000),
        sim: Nanos::hours(48),
        clients: 26,
        exchanges: 29,
        refused: 1,
        events: 290,
        bytes: Bytes { received: 6_728, answered: 4_524 },
        assertions: Assertions { met: 3, unmet: 0, hit: 2, missed: 0 },
        compared: true,
        journal_hash: Some("sha256:00ff".to_owned()),
        journal_tail: vec!["{\"schema\":1,\"seq\":1,\"ev\":\"summary\"}".to_owned()],
        ..bare("", Vec::new())
    }
}

pub(crate) fn failed() -> Run {
    let host = Moment(START).plus(Nanos::minutes(1)).filetime();
    let client = host.later(4 * 3600 * 10_000_000 + 1);
    let finding = Finding {
        place: Some(place("scenarios/boundary.toml", 31)),
        subject: "[[expect]] at-the-edge".to_owned(),
        message: "expected result \"ok\", got 0xC004F06C".to_owned(),
        witness: Some(witness(host, Some(client))),
        notes: Vec::new(),
    };
    Run {
        file: "scenarios/boundary.toml".to_owned(),
        wall: Nanos(412_000),
        sim: Nanos::minutes(1),
        clients: 1,
        exchanges: 2,
        assertions: Assertions { met: 0, unmet: 1, hit: 0, missed: 0 },
        ..bare("boundary-inclusive", Trouble::Unmet(finding))
    }
}

pub(crate) fn missed() -> Run {
    let miss = Miss {
        place: Some(place("scenarios/slow.toml", 12)),
        statement: "[[require_hit]] fault \"rst-3\"".to_owned(),
        subject: "fault \"rst-3\"".to_owned(),
        message: "never applied: 2 connections seen, rule wants nth = 3".to_owned(),
    };
    Run {
        file: "scenarios/slow.toml".to_owned(),
        wall: Nanos(2_000_000),
        sim: Nanos::hours(172),
        ..bare("slow-link", Trouble::Missed(miss))
    }
}

fn over() -> Run {
    let breach = Breach {
        place: Some(place("scenarios/load.toml", 9)),
        measure: "exchange.latency".to_owned(),
        threshold: "p(99)<5ms".to_owned(),
        measured: "7.2ms".to_owned(),
    };
    let run = bare("load", vec![Trouble::Over(breach), missed().troubles.remove(0)]);
    Run { exchanges: 1, wall: Nanos::seconds(12), sim: Nanos::seconds(12), ..run }
}

fn late() -> Run {
    let (limit, message) = ("exchanges".to_owned(), "100000 at PT3H, of 2d".to_owned());
    bare("endless", Trouble::OutOfTime { limit, message })
}

fn differing() -> Run {
    let line = |tail: &str| format!("{{\"schema\":1,\"seq\":81,\"t\":\"PT10M\",\"t_ns\":{tail}");
    let first = line(
        "600000012000,\"wall\":null,\"ev\":\"exchange\",\"actor\":\"host\",\"client\":\"fast\",\"conn\":27,\"msg\":1,\"host_time\":1}",
    );
    let second = line("600000012100}");
    bare("unstable", Trouble::Nondeterministic(Difference { line: 81, first, second }))
}

fn invalid() -> Run {
    let finding = Finding {
        place: Some(place("scenarios/typo.toml", 4)),
        subject: String::new(),
        message: "unknown key `windw`; did you mean `window`?".to_owned(),
        witness: None,
        notes: vec!["4 | windw = \"4h\"\n  | ^^^^^".to_owned()],
    };
    let file = "scenarios/typo.toml".to_owned();
    Run { file, ..bare("", Trouble::Invalid(finding)) }
}

/// A name off the wire that would end an element, start a colour, and end a line.
fn hostile() -> Run {
    let name = "]]>\u{1b}[31m</testcase>#\\\u{0}\u{202e}\"'&é\n";
    let finding = Finding {
        subject: format!("[[expect]] {name}"),
        message: format!("machine {name} was refused"),
        witness: Some(witness(FileTime(0), None)),
        ..Finding::default()
    };
    Run { journal_tail: vec![name.to_owned()], ..bare(name, Trouble::Unmet(finding)) }
}

fn bare(name: &str, troubles: impl Into<Troubles>) -> Run {
    Run {
        file: "scenarios/other.toml".to_owned(),
        name: name.to_owned(),
        seed: 42,
        troubles: troubles.into().0,
        repeat: "kmslab run scenarios/other.toml --seed 42".to_owned(),
        ..Run::default()
    }
}

struct Troubles(Vec<Trouble>);

impl From<Trouble> for Troubles {
    fn from(trouble: Trouble) -> Self {
        Self(vec![trouble])
    }
}

impl From<Vec<Trouble>> for Troubles {
    fn from(troubles: Vec<Trouble>) -> Self {
        Self(troubles)
    }
}

fn witness(host_time: FileTime, client_time: Option<FileTime>) -> Witness {
    Witness {
        connection: 2,
        message: 1,
        host_time,
        client_time,
        skew: client_time.map(|client| client.skew_from(host_time)),
        window: Window::either_way(Nanos::hours(4)),
        compare: Compare::Filetime,
        result: HResult(0xC004_F06C),
    }
}

fn place(file: &str, line: usize) -> Place {
    Place { file: file.to_owned(), line, column: 1 }
}
