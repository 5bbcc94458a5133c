//! What operations say of themselves, and where two of them meet.

use client_sim::clock::applied::Note;
use client_sim::clock::set::SetTo;
use serde_json::json;

use crate::support::{DAY, HOUR, after, apply, clock, off};

#[test]
fn readings_are_counted_and_looks_are_not() {
    let mut counted = clock("0");
    for expected in 0..3 {
        counted.peek(after(HOUR));
        assert_eq!(counted.readings(), expected);
        counted.read(after(HOUR));
    }
}

#[test]
fn a_clock_that_refuses_to_go_back_is_looked_at_in_the_past_as_it_was() {
    let mut forward = clock("0");
    apply(&mut forward, 0, json!({ "op": "clamp-forward", "enabled": true }));
    forward.read(after(2 * HOUR));
    assert_eq!(off(&forward, HOUR), 0, "the reading of two o'clock is still to come");
}

#[test]
fn a_clock_that_stands_cannot_be_frozen_and_one_that_runs_can() {
    let mut frozen = clock("0");
    let freeze = json!({ "op": "freeze" });
    assert_eq!(apply(&mut frozen, HOUR, freeze.clone()).note, None);
    assert_eq!(apply(&mut frozen, 2 * HOUR, freeze).note, Some(Note::Stands));
}

#[test]
fn who_rolls_back_a_clock_that_stands_has_one_that_runs() {
    for (to, expected) in [("saved", -HOUR), ("host", 0)] {
        let mut rolled = clock("0");
        apply(&mut rolled, HOUR, json!({ "op": "snapshot", "name": "clean" }));
        apply(&mut rolled, HOUR, json!({ "op": "freeze" }));
        let back = json!({ "op": "rollback", "name": "clean", "clock": to, "state": false });
        apply(&mut rolled, 2 * HOUR, back);
        assert_eq!(off(&rolled, 9 * HOUR), i128::from(expected), "{to}");
    }
}

#[test]
fn who_sets_a_clock_over_a_missed_change_ends_it_and_before_it_does_not() {
    let change = 87 * DAY + HOUR;
    let missed = || {
        let mut missed = clock("0");
        apply(&mut missed, 0, json!({ "op": "dst-missed", "zone": "Europe/Berlin" }));
        missed
    };
    let mut before = missed();
    before.set(after(DAY), &SetTo::TRUE);
    assert_eq!([change - 1, change].map(|at| off(&before, at)), [0, i128::from(-HOUR)]);
    let mut behind = missed();
    behind.set(after(change + DAY), &SetTo::TRUE);
    assert_eq!(off(&behind, change + 2 * DAY), 0);
}

#[test]
fn each_walk_of_a_clock_is_another_and_other_shapes_do_not_count() {
    let walk = || json!({ "op": "walk", "sd_ppm": 100, "grid": "5m" });
    let strobe = json!({ "op": "strobe", "delta": "1h", "period": "1m", "for": "1m" });
    let [mut one, mut two, mut others] = [clock("0"), clock("0"), clock("0")];
    for wanders in [&mut one, &mut two, &mut others] {
        apply(wanders, 0, walk());
    }
    apply(&mut others, 0, strobe);
    for wanders in [&mut two, &mut others] {
        apply(wanders, 0, walk());
    }
    assert!((off(&two, DAY) - 2 * off(&one, DAY)).abs() > 100, "the second is the first again");
    assert_eq!(off(&two, DAY), off(&others, DAY), "the strobe is over");
}

#[test]
fn of_two_pauses_the_later_end_counts_and_of_equal_ones_the_first() {
    let pause = |length: &str, sync: bool| json!({ "op": "pause", "for": length, "sync": sync });
    let ends = |one: (&str, bool), other: (&str, bool)| {
        let mut paused = clock("0");
        assert_eq!(apply(&mut paused, 0, pause(one.0, one.1)).note, None);
        let note = apply(&mut paused, HOUR, pause(other.0, other.1)).note;
        assert_eq!(note, Some(Note::Stands));
        [3 * HOUR - 100, 3 * HOUR].map(|at| off(&paused, at))
    };
    let [stands, behind] = [100 - 3 * HOUR, -3 * HOUR].map(i128::from);
    assert_eq!(ends(("2h", true), ("2h", false)), [stands, behind], "the second is the later");
    assert_eq!(ends(("3h", true), ("2h", false)), [stands, 0], "they end at one moment");
    assert_eq!(ends(("3h", false), ("2h", true)), [stands, behind], "they end at one moment");
}

#[test]
fn a_clock_set_while_it_stands_shows_that_whatever_a_wave_would_do() {
    let mut frozen = clock("0");
    apply(&mut frozen, 0, json!({ "op": "sine", "amplitude": "+1h", "period": "1d" }));
    apply(&mut frozen, HOUR, json!({ "op": "freeze" }));
    apply(&mut frozen, 3 * HOUR, json!({ "op": "set", "to": "true" }));
    assert_eq!([3, 4].map(|n| off(&frozen, n * HOUR)), [0, -HOUR].map(i128::from));
    let [first, second] = [1, 2].map(|n| off(&frozen, n * HOUR));
    assert_eq!(second, first - i128::from(HOUR), "what was stays");
}

#[test]
fn notes_are_sentences() {
    for (note, text) in [
        (Note::Stands, "the clock stands already"),
        (Note::Runs, "the clock does not stand, so it cannot resume"),
        (Note::NoSnapshot("x".into()), "there is no snapshot 'x'"),
        (Note::NoSource("x".into()), "there is no time source 'x'"),
        (Note::NoChange, "the zone's offset does not change within 400 days: nothing to miss"),
        (Note::AtBounce, "takes effect when the machine next starts"),
        (Note::Empty, "it has no length, or is over already"),
    ] {
        assert_eq!(note.to_string(), text);
    }
}
