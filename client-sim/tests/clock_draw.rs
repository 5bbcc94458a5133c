//! Wrong clocks drawn from the seed (`harness.md` §4.6).

use std::collections::BTreeMap;

use client_sim::clock::Clock;
use client_sim::clock::draw::{Kind, WrongClock, boundary, subset};
use client_sim::clock::event::ClockEvent;
use client_sim::clock::operation::Operation;
use client_sim::clock::preset::PRESETS;
use client_sim::clock::spec::ClockSpec;
use client_sim::clock::trigger::Trigger;
use kms_proto::draw::Draw;
use kms_proto::time::FileTime;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;

/// 2026-01-01T00:00:00Z.
const START: Moment = Moment(1_767_225_600_000_000_000);
const DRAWS: u64 = 20_000;

#[expect(clippy::expect_used, reason = "a test's windows are right")]
fn drawn(window: &str, n: u64) -> WrongClock {
    boundary(window.parse().expect("a window")).draw(Draw::new(42), "pc-7", n)
}

/// What happens to the n-th clock, a line each.
fn operations(n: u64) -> String {
    let line = |event: ClockEvent| match event.trigger {
        Trigger::At(at) => format!("{at} {}\n", event.operation),
        other => format!("{other:?}\n"),
    };
    drawn("4h", n).events.into_iter().map(line).collect()
}

fn skew(drawn: &WrongClock) -> i128 {
    Clock::new(drawn.spec, START, Draw::new(42), "pc-7").read(START).injected.nanos()
}

#[test]
fn the_mixture_is_as_said() {
    let mut counts = BTreeMap::new();
    for n in 0..DRAWS {
        *counts.entry(drawn("4h", n).kind).or_insert(0_i64) += 1;
    }
    for (kind, percent) in [
        (Kind::Edge, 40),
        (Kind::Magnitude, 25),
        (Kind::Preset, 15),
        (Kind::Schedule, 10),
        (Kind::Raw, 5),
        (Kind::Control, 5),
    ] {
        // 4 σ of 20 000 draws are at most 277.
        let expected = i64::try_from(DRAWS).unwrap() * percent / 100;
        assert!((counts[&kind] - expected).abs() < 277, "{kind:?}: {}", counts[&kind]);
    }
}

#[test]
fn each_kind_is_what_it_says_and_every_value_comes_up() {
    let mut seen: BTreeMap<Kind, BTreeMap<i128, u64>> = BTreeMap::new();
    for n in 0..DRAWS {
        let one = drawn("-30m..+4h", n);
        *seen.entry(one.kind).or_default().entry(skew(&one)).or_default() += 1;
        assert_eq!(one.events.is_empty(), one.kind != Kind::Schedule);
        assert_eq!(one.spec.to_string().parse(), Ok(one.spec));
    }
    let minute = 60_000_000_000_i128;
    let around = [0, 100, 1_000_000, 1_000_000_000, minute];
    let mut edges: Vec<i128> = around
        .iter()
        .flat_map(|e| [-30 * minute - e, -30 * minute + e, 240 * minute - e, 240 * minute + e])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    assert_eq!(seen[&Kind::Edge].keys().copied().collect::<Vec<_>>(), edges);
    let most = 3_155_760_000 * 100_000_000_i128;
    let magnitudes = &seen[&Kind::Magnitude];
    assert!(magnitudes.keys().all(|m| (100..=most).contains(&m.abs()) && m % 100 == 0));
    let octaves = |sign: i128| {
        let of = |m: &i128| (m * sign / 100).checked_ilog2();
        magnitudes.keys().filter_map(of).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!((octaves(1), octaves(-1)), (52, 52), "every octave, either way");
    assert_eq!(seen[&Kind::Raw].len(), 5);
    assert_eq!(seen[&Kind::Control].keys().collect::<Vec<_>>(), [&0]);
    let mut presets: Vec<i128> = PRESETS
        .iter()
        .map(|preset| {
            let spec = preset.clock.parse().unwrap();
            Clock::new(spec, START, Draw::new(42), "pc-7").read(START).injected.nanos()
        })
        .collect();
    presets.sort_unstable();
    presets.dedup();
    assert_eq!(seen[&Kind::Preset].keys().copied().collect::<Vec<_>>(), presets);
}

#[test]
fn a_schedule_is_two_to_six_operations_in_the_order_of_time() {
    let mut names = BTreeMap::new();
    let schedules = (0..DRAWS).map(|n| drawn("4h", n)).filter(|one| one.kind == Kind::Schedule);
    for one in schedules {
        assert!((2..=6).contains(&one.events.len()));
        let mut last = Nanos(0);
        for event in &one.events {
            let Trigger::At(at) = event.trigger else { panic!("{event:?}") };
            assert!(at > last && at.0 % 100 == 0);
            last = at;
            *names.entry(event.operation.name()).or_insert(0) += 1;
            if let Operation::Pause { length, .. } = event.operation {
                assert!((length.0 - Nanos::hours(4).0).abs() <= Nanos::minutes(1).0);
            }
        }
    }
    assert_eq!(names.keys().copied().collect::<Vec<_>>(), ["bump", "pause", "set", "strobe"]);
}

#[test]
fn a_seed_gives_the_same_clocks_for_ever_and_to_each_actor_its_own() {
    // Golden: a stored seed must give the same run on every machine.
    let texts: Vec<String> = (0..8)
        .map(|n| {
            let one = drawn("4h", n);
            format!("{:?} {} {}", one.kind, one.spec, one.events.len())
        })
        .collect();
    // Computed anew by an independent implementation of SipHash-1-3.
    insta::assert_snapshot!(texts.join("\n"), @r"
    Control 0 0
    Magnitude +600ns 0
    Preset -4h 0
    Edge +3h59m59s 0
    Edge +3h59m59s 0
    Edge +3h59m59s 0
    Schedule 0 4
    Edge -4h100ns 0
    ");
    insta::assert_snapshot!(operations(6) + &operations(30), @r"
    1h40m set to=+3h59m59s
    2h1m strobe delta=-3h59m59.999s period=29m for=1h
    3h34m strobe delta=+3h59m59.999s period=1m for=4h
    4h24m set to=-3h59m59s
    40m set to=+4h
    1h20m pause for=3h59m59.9999999s sync=true
    1h43m pause for=3h59m sync=false
    ");
    let other = boundary(Window::default()).draw(Draw::new(42), "pc-8", 0);
    assert_ne!(other, drawn("4h", 0));
    assert_eq!(boundary(Window::Off), boundary(Window::default()));
}

#[test]
fn some_actors_are_wrong_and_who_else_there_is_does_not_matter() {
    let all = ["host", "a", "b", "c"];
    let mut hosts = 0;
    for seed in 0..1_000 {
        let wrong = subset(Draw::new(seed), &all);
        assert!(!wrong.is_empty());
        hosts += u32::from(wrong.contains(&"host"));
        let fewer = subset(Draw::new(seed), &all[..3]);
        if wrong.len() > 1 && wrong.contains(&"c") {
            assert_eq!(wrong[..wrong.len() - 1], fewer);
        }
    }
    assert!((440..=600).contains(&hosts), "the host, too: {hosts}");
    // Golden, as a stored seed must choose the same for ever.
    let chosen: Vec<String> = (1..6).map(|seed| subset(Draw::new(seed), &all).join(" ")).collect();
    assert_eq!(chosen, ["b", "c", "a", "a", "host a c"]);
    assert_eq!(subset(Draw::new(1), &[]), Vec::<&str>::new());
}

#[test]
fn raw_clocks_are_at_the_corners_of_64_bits() {
    let raw = |n| {
        let one = drawn("4h", n);
        (one.kind == Kind::Raw).then(|| one.spec.to_string())
    };
    let found: std::collections::BTreeSet<String> = (0..DRAWS).filter_map(raw).collect();
    let corners = [0, 1, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, u64::MAX];
    let expected = corners.map(|corner| ClockSpec::raw(FileTime(corner)).to_string());
    assert_eq!(found, expected.into_iter().collect());
}
