//! The laws operations keep, whichever they are (`harness.md` §4.2, §4.7 point 6).

use client_sim::clock::Clock;
use client_sim::clock::operation::Operation;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{DAY, HOUR, START, after, apply, apply_at, clock, off, read};

/// Whole ticks up to two days.
fn length() -> impl Strategy<Value = Nanos> {
    (1..=2 * DAY / 100).prop_map(|ticks| Nanos(ticks * 100))
}

fn signed() -> impl Strategy<Value = (i64, String)> {
    (length(), any::<bool>()).prop_map(|(length, ahead)| {
        let sign = if ahead { '+' } else { '-' };
        (if ahead { length.0 } else { -length.0 }, format!("{sign}{length}"))
    })
}

/// An operation that says nothing of an instant, and its mirror image: ahead for behind.
fn mirrored() -> impl Strategy<Value = (Value, Value)> {
    let signed = || signed().prop_map(|(nanos, text)| (text, Nanos(nanos)));
    let other = |nanos: Nanos| {
        let sign = if nanos.0 < 0 { '+' } else { '-' };
        format!("{sign}{}", Nanos(nanos.0.abs()))
    };
    prop_oneof![
        signed().prop_map(move |(by, nanos)| {
            (json!({ "op": "bump", "by": by }), json!({ "op": "bump", "by": other(nanos) }))
        }),
        signed().prop_map(move |(to, nanos)| {
            (json!({ "op": "set", "to": to }), json!({ "op": "set", "to": other(nanos) }))
        }),
        (signed(), length(), length()).prop_map(move |((delta, nanos), period, length)| {
            let strobe = |delta: String| {
                let (period, length) = (period.to_string(), length.to_string());
                json!({ "op": "strobe", "delta": delta, "period": period, "for": length })
            };
            (strobe(delta), strobe(other(nanos)))
        }),
        (signed(), 1..=1_000_000).prop_map(move |((by, nanos), ppm)| {
            let slew = |by: String| json!({ "op": "slew", "by": by, "max_ppm": ppm });
            (slew(by), slew(other(nanos)))
        }),
        (signed(), length()).prop_map(move |((amplitude, nanos), period)| {
            let sine = |amplitude: String| {
                json!({ "op": "sine", "amplitude": amplitude, "period": period.to_string() })
            };
            (sine(amplitude), sine(other(nanos)))
        }),
        any::<bool>().prop_map(|repeated| {
            let leap = |sign: i32| json!({ "op": "leap", "sign": sign });
            if repeated { (leap(1), leap(-1)) } else { (leap(-1), leap(1)) }
        }),
        Just((json!({ "op": "reset" }), json!({ "op": "reset" }))),
    ]
}

/// Any operation that says nothing of an instant.
fn operation() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => mirrored().prop_map(|(operation, _)| operation),
        1 => (0..4_000_000).prop_map(|ppm| json!({ "op": "rate", "ppm": ppm - 1_000_000 })),
        1 => Just(json!({ "op": "freeze" })),
        1 => any::<bool>().prop_map(|sync| json!({ "op": "resume", "sync": sync })),
        1 => (length(), any::<bool>()).prop_map(|(length, sync)| {
            json!({ "op": "pause", "for": length.to_string(), "sync": sync })
        }),
        1 => (1..1_000).prop_map(|ppm| json!({ "op": "walk", "sd_ppm": ppm, "grid": "10m" })),
        1 => length().prop_map(|over| {
            json!({ "op": "smear", "leap": 1, "over": over.to_string(), "shape": "cosine" })
        }),
        1 => Just(json!({ "op": "zone", "local-as-utc": "+05:30" })),
        1 => Just(json!({ "op": "snapshot", "name": "s" })),
        1 => Just(json!({ "op": "rollback", "name": "s", "clock": "saved", "state": false })),
        1 => Just(json!({ "op": "rollback", "name": "s", "clock": "host", "state": true })),
        1 => Just(json!({ "op": "battery", "to": "1980" })),
        1 => Just(json!({ "op": "raw", "filetime": "0x1" })),
    ]
}

/// Operations and their times after the start, in order.
fn schedule<T: core::fmt::Debug>(
    of: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<(i64, T)>> {
    prop::collection::vec((length(), of), 0..8).prop_map(|mut events| {
        events.sort_by_key(|(at, _)| *at);
        events.into_iter().map(|(at, operation)| (at.0, operation)).collect()
    })
}

fn run(mut clock: Clock, start: Moment, events: &[(i64, Value)]) -> Clock {
    for (at, table) in events {
        apply_at(&mut clock, start.plus(Nanos(*at)), table.clone());
    }
    clock
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(table in operation()) {
        let operation = read(table).unwrap();
        let written = serde_json::to_value(&operation).unwrap();
        prop_assert_eq!(read(written), Ok(operation));
    }

    #[test]
    fn shifting_the_start_and_all_operations_shifts_all_readings(
        events in schedule(operation().prop_filter("says an instant", |table| {
            table["op"] != "raw"
        })),
        shift in -300 * DAY..300 * DAY, at in length(),
    ) {
        let shift = shift / 100 * 100;
        let made = |start| Clock::new(ClockSpec::default(), start, Draw::new(1), "pc-7");
        let here = run(made(START), START, &events);
        let there = run(made(after(shift)), after(shift), &events);
        let (here, there) = (here.peek(after(at.0)), there.peek(after(shift + at.0)));
        prop_assert_eq!(here.injected, there.injected);
    }

    #[test]
    fn the_mirror_image_of_a_schedule_gives_the_opposite_skew(
        events in schedule(mirrored()), at in length(),
    ) {
        let (ones, others): (Vec<_>, Vec<_>) =
            events.into_iter().map(|(at, (one, other))| ((at, one), (at, other))).unzip();
        let one = off(&run(clock("0"), START, &ones), at.0);
        let other = off(&run(clock("0"), START, &others), at.0);
        // What is finer than a tick is floored, towards the past both times.
        prop_assert!((one + other).abs() <= 100, "{} {}", one, other);
    }

    #[test]
    fn what_was_read_stays_true_whatever_happens_later(
        events in schedule(operation()), cut in length(), at in length(), more in operation(),
    ) {
        let events: Vec<_> = events.into_iter().filter(|(at, _)| *at <= cut.0).collect();
        let before = run(clock("+1h x1.5"), START, &events);
        let mut later = before.clone();
        apply(&mut later, cut.0, more);
        let earlier = after(at.0.min(cut.0 - 1));
        prop_assert_eq!(later.peek(earlier), before.peek(earlier));
    }

    #[test]
    fn reading_and_checking_more_often_changes_nothing(
        events in schedule(operation()), looks in prop::collection::vec(length(), 0..9),
        at in length(),
    ) {
        let seldom = run(clock("+1h x0.7"), START, &events);
        let mut often = clock("+1h x0.7");
        let mut all: Vec<(i64, Option<Value>)> =
            events.into_iter().map(|(at, table)| (at, Some(table))).collect();
        all.extend(looks.into_iter().map(|at| (at.0, None)));
        all.sort_by_key(|(at, _)| *at);
        for (at, table) in all {
            often.read(after(at));
            often.apply(after(at), &Operation::Check);
            if let Some(table) = table {
                apply(&mut often, at, table);
            }
        }
        prop_assert_eq!(often.peek(after(at.0)), seldom.peek(after(at.0)));
    }

    #[test]
    fn a_bump_and_its_opposite_are_nothing_wherever_they_stand(
        events in schedule(operation().prop_filter("what is set is not bumped", |table| {
            !["set", "reset", "snapshot", "rollback"].iter().any(|name| table["op"] == **name)
        })),
        by in length(), first in length(), second in length(), at in length(),
    ) {
        let bump = |sign: char| json!({ "op": "bump", "by": format!("{sign}{by}") });
        let plain = run(clock("0"), START, &events);
        let mut bumped = events;
        bumped.push((first.0.min(second.0), bump('+')));
        bumped.push((first.0.max(second.0), bump('-')));
        bumped.sort_by_key(|(at, _)| *at);
        let bumped = run(clock("0"), START, &bumped);
        let late = after(at.0.max(first.0).max(second.0));
        prop_assert_eq!(bumped.peek(late), plain.peek(late));
    }

    #[test]
    fn nothing_is_wrong_after_a_reset(events in schedule(operation()), at in 0..300 * DAY) {
        let mut reset = run(clock("-5h x3 res:1s"), START, &events);
        apply(&mut reset, 2 * DAY, json!({ "op": "reset" }));
        reset.bounce(after(2 * DAY));
        prop_assert_eq!(off(&reset, 2 * DAY + at), 0);
    }

    #[test]
    fn a_strobe_is_one_of_two_things_and_ends_restored(
        (delta, text) in signed(), period in length(), length in length(), at in length(),
    ) {
        let mut strobed = clock("0");
        let (period, for_) = (period.to_string(), length.to_string());
        let strobe = json!({ "op": "strobe", "delta": text, "period": period, "for": for_ });
        apply(&mut strobed, 0, strobe);
        prop_assert_eq!(off(&strobed, 0), i128::from(delta));
        prop_assert_eq!(off(&strobed, length.0), 0);
        let found = off(&strobed, at.0);
        prop_assert!(found == 0 || (found == i128::from(delta) && at < length));
    }

    #[test]
    fn a_slew_keeps_its_bound_never_turns_and_absorbs_all_of_it(
        (by, text) in signed(), ppm in 1..=1_000_000_i64, from in length(), then in length(),
    ) {
        let mut slewed = clock("0");
        apply(&mut slewed, 0, json!({ "op": "slew", "by": text, "max_ppm": ppm }));
        let ticks = |nanos| slewed.peek(after(nanos)).injected.ticks;
        let (start, end) = (from.0.min(then.0), from.0.max(then.0));
        let moved = (ticks(end) - ticks(start)) * i128::from(by.signum());
        prop_assert!(moved >= 0, "it never turns");
        let bound = i128::from(end - start) * i128::from(ppm) / 1_000_000 / 100;
        prop_assert!(moved <= bound + 1, "{} of {}", moved, bound);
        let needs = (i128::from(by.abs()) * 1_000_000).div_euclid(ppm.into()) + 1;
        if let Ok(needs) = i64::try_from(needs) && needs < 250 * 365 * DAY {
            prop_assert_eq!(off(&slewed, needs), i128::from(by));
        }
    }

    #[test]
    fn another_fault_leaves_a_walk_alone(events in schedule(mirrored()), at in length()) {
        let walk = || json!({ "op": "walk", "sd_ppm": 100, "grid": "5m" });
        let mut events: Vec<(i64, Value)> =
            events.into_iter().map(|(at, (one, _))| (at, one)).collect();
        events.retain(|(_, table)| table["op"] == "strobe" || table["op"] == "sine");
        let without = run(clock("0"), START, &events);
        events.insert(0, (0, walk()));
        let with = run(clock("0"), START, &events);
        let alone = run(clock("0"), START, &[(0, walk())]);
        let difference = off(&with, at.0) - off(&without, at.0);
        prop_assert!((difference - off(&alone, at.0)).abs() <= 100);
    }

    #[test]
    fn widening_the_window_never_refuses_what_was_accepted(
        events in schedule(operation()), narrow in length(), more in length(), at in length(),
    ) {
        let skew = run(clock("0"), START, &events).peek(after(at.0)).injected;
        let wide = Window::either_way(Nanos(narrow.0 + more.0));
        prop_assert!(!Window::either_way(narrow).holds(skew) || wide.holds(skew));
    }

    #[test]
    fn any_operation_at_any_moment_is_carried_out(
        events in prop::collection::vec((any::<i64>(), operation()), 0..8), at in any::<i64>(),
    ) {
        let mut wrong = clock("+4h x999999999");
        let mut last = START;
        for (at, table) in events {
            // A walk of many years takes long, and is tested by itself.
            if table["op"] != "walk" {
                let applied = wrong.apply(Moment(at), &read(table).unwrap());
                prop_assert_eq!(applied.at, last.max(Moment(at)));
                last = applied.at;
            }
        }
        let reading = wrong.read(Moment(at));
        prop_assert_eq!(reading.injected, reading.filetime.skew_from(Moment(at).filetime()));
    }
}

#[test]
fn operations_at_one_moment_apply_in_their_order() {
    let five = json!({ "op": "set", "to": "+5h" });
    let bump = json!({ "op": "bump", "by": "+1h" });
    let one = run(clock("0"), START, &[(HOUR, five.clone()), (HOUR, bump.clone())]);
    let other = run(clock("0"), START, &[(HOUR, bump), (HOUR, five)]);
    assert_eq!((off(&one, HOUR), off(&other, HOUR)), (6 * i128::from(HOUR), 5 * i128::from(HOUR)));
}

#[test]
fn what_no_filetime_holds_is_held_and_noted() {
    let mut far = clock("0");
    let centuries = json!({ "op": "bump", "by": "-106000d" });
    for _ in 0..2 {
        let applied = apply(&mut far, HOUR, centuries.clone());
        assert_eq!(applied.after.saturated, applied.after.wall.0 == 0);
    }
    assert!(far.read(after(HOUR)).saturated);
}
