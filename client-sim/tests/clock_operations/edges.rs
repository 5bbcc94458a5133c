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
