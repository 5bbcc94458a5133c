//! Operations that stop a clock, save it, or concern its machine.

use client_sim::clock::applied::{Ask, Note};
use client_sim::clock::set::SetTo;
use serde_json::json;

use crate::support::{DAY, HOUR, SECOND, after, apply, clock, off};

#[test]
fn a_frozen_clock_stands_and_goes_on_behind_or_synced() {
    for (sync, behind) in [(false, -2 * HOUR), (true, 0)] {
        let mut frozen = clock("+1h");
        assert_eq!(apply(&mut frozen, HOUR, json!({ "op": "freeze" })).note, None);
        let again = apply(&mut frozen, 2 * HOUR, json!({ "op": "freeze" }));
        assert_eq!(again.note, Some(Note::Stands));
        assert_eq!(off(&frozen, 3 * HOUR - 100), i128::from(HOUR - 2 * HOUR + 100));
        let resumed = apply(&mut frozen, 3 * HOUR, json!({ "op": "resume", "sync": sync }));
        assert_eq!(resumed.before.injected.nanos(), i128::from(-HOUR));
        for at in [3 * HOUR, 9 * HOUR] {
            assert_eq!(off(&frozen, at), i128::from(HOUR + behind), "sync {sync}");
        }
        let again = apply(&mut frozen, 9 * HOUR, json!({ "op": "resume", "sync": sync }));
        assert_eq!(again.note, Some(Note::Runs));
    }
}

#[test]
fn a_frozen_clock_can_be_stepped_set_and_given_a_rate() {
    let mut frozen = clock("0");
    apply(&mut frozen, 0, json!({ "op": "freeze" }));
    apply(&mut frozen, HOUR, json!({ "op": "bump", "by": "+5h" }));
    assert_eq!(off(&frozen, HOUR), i128::from(4 * HOUR));
    let mut synced = frozen.clone();
    apply(&mut synced, 2 * HOUR, json!({ "op": "resume", "sync": true }));
    assert_eq!(off(&synced, 2 * HOUR), i128::from(5 * HOUR), "the step was made all the same");
    apply(&mut frozen, 2 * HOUR, json!({ "op": "set", "to": "true" }));
    assert_eq!(off(&frozen, 3 * HOUR), i128::from(-HOUR), "set right, it stands all the same");
    apply(&mut frozen, 3 * HOUR, json!({ "op": "rate", "x": 2 }));
    apply(&mut frozen, 4 * HOUR, json!({ "op": "resume", "sync": true }));
    assert_eq!(off(&frozen, 4 * HOUR), i128::from(HOUR), "an hour at 1, an hour at 2");
    assert_eq!(off(&frozen, 5 * HOUR), i128::from(2 * HOUR));
}

#[test]
fn what_moves_a_clock_over_time_does_not_move_one_that_stands() {
    for (sync, after_it) in [(false, -2 * HOUR), (true, 2 * SECOND)] {
        let mut frozen = clock("0");
        apply(&mut frozen, 0, json!({ "op": "slew", "by": "+2s", "over": "2h" }));
        apply(&mut frozen, HOUR, json!({ "op": "freeze" }));
        assert_eq!(off(&frozen, 2 * HOUR), i128::from(SECOND - HOUR));
        apply(&mut frozen, 3 * HOUR, json!({ "op": "resume", "sync": sync }));
        let kept = if sync { 0 } else { SECOND };
        assert_eq!(off(&frozen, 4 * HOUR), i128::from(after_it + kept), "sync {sync}");
    }
    let mut still = clock("=2026-01-01T00:00:00Z");
    apply(&mut still, HOUR, json!({ "op": "resume", "sync": true }));
    assert_eq!(off(&still, 2 * HOUR), 0, "a clock that stood from the start would have run");
}

#[test]
fn a_pause_asks_the_machine_to_do_nothing_and_ends_by_itself() {
    // arcboxlabs/arcbox#574: a night of the laptop's sleep.
    let asleep = 8 * HOUR + 18 * 60 * SECOND + 34 * SECOND;
    for (sync, behind) in [(false, -asleep), (true, 0)] {
        let mut paused = clock("0");
        let pause = json!({ "op": "pause", "for": "8h18m34s", "sync": sync });
        let applied = apply(&mut paused, HOUR, pause);
        assert_eq!(applied.asks, Some(Ask::Pause(after(HOUR + asleep))));
        assert_eq!(paused.paused_until(after(2 * HOUR)), Some(after(HOUR + asleep)));
        assert_eq!(paused.paused_until(after(HOUR + asleep)), None);
        assert_eq!(off(&paused, HOUR + asleep - 100), i128::from(100 - asleep));
        assert_eq!(off(&paused, HOUR + asleep), i128::from(behind), "sync {sync}");
        // An operation long after finds it running.
        apply(&mut paused, DAY, json!({ "op": "bump", "by": "1s" }));
        assert_eq!(off(&paused, DAY), i128::from(behind + SECOND));
        assert_eq!(off(&paused, 2 * HOUR), i128::from(-HOUR), "what was stays");
    }
    let preset = clock("preset:laptop-sleep");
    assert_eq!(off(&preset, 0), i128::from(-asleep), "the preset is what it leaves behind");
}

#[test]
fn a_clock_that_stood_before_a_pause_stands_after_it() {
    let pause = |length: &str| json!({ "op": "pause", "for": length, "sync": true });
    let mut still = clock("=2026-01-01T00:00:00Z");
    let applied = apply(&mut still, HOUR, pause("1h"));
    assert_eq!(applied.asks, Some(Ask::Pause(after(2 * HOUR))));
    assert_eq!(still.paused_until(after(HOUR)), Some(after(2 * HOUR)));
    assert_eq!(off(&still, 3 * HOUR), i128::from(-3 * HOUR));

    let mut frozen = clock("0");
    apply(&mut frozen, HOUR, pause("1h"));
    apply(&mut frozen, HOUR, json!({ "op": "freeze" }));
    assert_eq!(off(&frozen, 3 * HOUR), i128::from(-2 * HOUR), "frozen within the pause");

    let mut longer = clock("0");
    apply(&mut longer, 0, pause("3h"));
    apply(&mut longer, HOUR, pause("1h"));
    assert_eq!(longer.paused_until(after(HOUR)), Some(after(3 * HOUR)));
    assert_eq!(off(&longer, 3 * HOUR - 100), i128::from(100 - 3 * HOUR));
    assert_eq!(off(&longer, 3 * HOUR), 0);
}

#[test]
fn a_machine_rolls_back_with_its_clock_its_state_both_or_neither() {
    for (to, state, off_by) in [("saved", true, -6 * HOUR + SECOND), ("host", false, 0)] {
        let mut rolled = clock("+1s local-as-utc:+01:00");
        let saved = apply(&mut rolled, HOUR, json!({ "op": "snapshot", "name": "clean" }));
        assert_eq!(saved.asks, Some(Ask::Save("clean".into())));
        apply(&mut rolled, 2 * HOUR, json!({ "op": "zone", "local-as-utc": "off" }));
        apply(&mut rolled, 3 * HOUR, json!({ "op": "bump", "by": "-3m" }));
        let back = json!({ "op": "rollback", "name": "clean", "clock": to, "state": state });
        let applied = apply(&mut rolled, 7 * HOUR, back);
        assert_eq!(applied.asks, state.then(|| Ask::Restore("clean".into())));
        let zone = if to == "saved" { HOUR } else { 0 };
        for at in [7 * HOUR, 9 * HOUR] {
            assert_eq!(off(&rolled, at), i128::from(off_by + zone), "{to}");
        }
    }
    let back = json!({ "op": "rollback", "name": "x", "clock": "saved", "state": true });
    let applied = apply(&mut clock("+1s"), HOUR, back);
    assert_eq!((applied.note, applied.asks), (Some(Note::NoSnapshot("x".into())), None));
    assert_eq!(applied.after, applied.before);
}

#[test]
fn an_empty_battery_shows_at_the_next_start_once() {
    for (to, year) in
        [("1970", 1970), ("1980", 1980), ("2000", 2000), ("2019-05-06T07:08:09Z", 2019)]
    {
        let mut empty = clock("+1h");
        let applied = apply(&mut empty, HOUR, json!({ "op": "battery", "to": to }));
        assert_eq!((applied.note, applied.after), (Some(Note::AtBounce), applied.before));
        assert_eq!(off(&empty, 2 * HOUR), i128::from(HOUR));
        let bounced = empty.bounce(after(2 * HOUR));
        assert_eq!(bounced.after.wall.civil().year, year);
        empty.set(after(3 * HOUR), &SetTo::TRUE);
        empty.bounce(after(4 * HOUR));
        assert_eq!(off(&empty, 4 * HOUR), 0);
    }
}

#[test]
fn a_clock_that_refuses_to_go_back_shows_its_latest_reading() {
    let mut forward = clock("+5h");
    apply(&mut forward, HOUR, json!({ "op": "clamp-forward", "enabled": true }));
    forward.read(after(2 * HOUR));
    apply(&mut forward, 2 * HOUR, json!({ "op": "set", "to": "true" }));
    assert_eq!(off(&forward, 3 * HOUR), i128::from(4 * HOUR), "it shows 07:00 until that is past");
    assert_eq!(forward.read(after(7 * HOUR)).injected.nanos(), 0);
    assert_eq!(off(&forward, 8 * HOUR), 0);
    apply(&mut forward, 8 * HOUR, json!({ "op": "clamp-forward", "enabled": false }));
    apply(&mut forward, 8 * HOUR, json!({ "op": "bump", "by": "-2h" }));
    assert_eq!(off(&forward, 8 * HOUR), i128::from(-2 * HOUR));
}

#[test]
fn whoever_sets_a_clock_ends_the_correction_under_way_and_nothing_else() {
    let mut slewed = clock("0");
    apply(&mut slewed, 0, json!({ "op": "slew", "by": "+2s", "over": "2h" }));
    apply(&mut slewed, HOUR, json!({ "op": "set", "to": "true" }));
    assert_eq!(off(&slewed, 9 * HOUR), 0);
    let mut strobed = clock("0");
    apply(&mut strobed, 0, json!({ "op": "strobe", "delta": "+5h", "period": "1h", "for": "9h" }));
    apply(&mut strobed, 0, json!({ "op": "set", "to": "true" }));
    assert_eq!([0, 1, 2].map(|n| off(&strobed, n * HOUR)), [0, i128::from(-5 * HOUR), 0]);
}

#[test]
fn reset_ends_all_that_is_wrong() {
    let mut wrong = clock("+5h x2 jitter:1s res:1m local-as-utc:+02:00 smear:+1 filetime:0x1");
    for table in [
        json!({ "op": "strobe", "delta": "+5h", "period": "1h", "for": "99h" }),
        json!({ "op": "sine", "amplitude": "5h", "period": "7h" }),
        json!({ "op": "walk", "sd_ppm": 1000 }),
        json!({ "op": "slew", "by": "5h", "over": "20h" }),
        json!({ "op": "leap", "sign": 1, "at": "2026-01-02T00:00:00Z" }),
        json!({ "op": "dst-missed", "zone": "Europe/Berlin" }),
        json!({ "op": "battery", "to": 1970 }),
        json!({ "op": "clamp-forward" }),
        json!({ "op": "pause", "for": "8h", "sync": false }),
        json!({ "op": "bump", "by": "+1h" }),
    ] {
        apply(&mut wrong, HOUR, table);
    }
    apply(&mut wrong, 3 * HOUR, json!({ "op": "reset" }));
    wrong.bounce(after(4 * HOUR));
    for at in [4 * HOUR, 10 * HOUR + 700, 2 * DAY, 300 * DAY] {
        assert_eq!(off(&wrong, at), 0, "{at}");
    }
    assert_eq!(wrong.paused_until(after(4 * HOUR)), None);
}
