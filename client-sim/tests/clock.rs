//! The clock strings and the clock model against fixed vectors.

use client_sim::clock::Clock;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Moment};

/// 2026-01-01T00:00:00Z.
const START: Moment = Moment(1_767_225_600_000_000_000);
const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3_600 * SECOND;

#[expect(clippy::expect_used, reason = "a vector is a clock string")]
fn clock(text: &str) -> Clock {
    let spec = text.parse::<ClockSpec>();
    Clock::new(spec.expect(text), START, Draw::new(42), "pc-7")
}

fn after(nanos: i64) -> Moment {
    START.plus(Nanos(nanos))
}

fn injected(text: &str, nanos: i64) -> i128 {
    clock(text).read(after(nanos)).injected.nanos()
}

#[test]
fn vectors_of_values() {
    let tenths: i128 = 100_000_000;
    for (text, at_0, at_1h) in [
        ("0", 0, 0),
        ("+4h", 144_000, 144_000),
        ("-4h1m", -144_600, -144_600),
        ("+1.5h", 54_000, 54_000),
        ("+1w", 6_048_000, 6_048_000),
        ("+2d x2", 1_728_000, 1_764_000),
        ("x0.5", 0, -18_000),
        ("+250ppm", 0, 9),
        ("@2020-02-02T00:00:00Z", -1_866_240_000, -1_866_240_000),
        ("=2026-01-01T00:00:00Z", 0, -36_000),
        ("local-as-utc:Asia/Kolkata", 198_000, 198_000),
        ("utc-as-local:Europe/Berlin", -36_000, -36_000),
        ("local-as-utc:America/New_York", -180_000, -180_000),
        ("local-as-utc:+05:30", 198_000, 198_000),
        ("preset:laptop-sleep", -299_140, -299_140),
        ("preset:rtc-local-us-east jitter:0", -180_000, -180_000),
    ] {
        let found = (injected(text, 0), injected(text, HOUR));
        assert_eq!(found, (at_0 * tenths, at_1h * tenths), "{text}");
    }
}

#[test]
fn a_zone_changes_at_the_very_instant_as_the_mislabelled_clock_has_it() {
    // 2026-03-08T07:00:00Z, when New York goes to daylight saving.
    let change = Moment(1_772_953_200 * SECOND);
    let clock = clock("local-as-utc:America/New_York");
    let hours = |at: Moment| clock.peek(at).injected.nanos() / i128::from(HOUR);
    assert_eq!(hours(Moment(change.0 - 1)), -5);
    assert_eq!(hours(change), -4);
}

#[test]
fn vectors_of_errors() {
    for (text, column, message) in [
        ("4h", 1, "unknown term '4h' (an offset needs a sign)"),
        ("+4H", 3, "unknown unit 'H'"),
        ("+1,5h", 3, "a number needs a unit"),
        ("+1h1h", 4, "units from large to small, once each"),
        ("+1m1h", 4, "units from large to small, once each"),
        ("+1.5h30m", 2, "only the last component may have a fraction"),
        ("+90", 4, "a number needs a unit"),
        ("+1y", 3, "unknown unit"),
        ("+1M", 3, "unknown unit"),
        ("@2024-02-30T00:00:00Z", 2, "no such date"),
        ("@2024-01-01 00:00:00", 2, "expected RFC 3339 with an offset"),
        ("=2026-01-01T00:00:00Z x2", 23, "a frozen clock has no rate"),
        ("=2026-01-01T00:00:00Z +5ppm", 23, "a frozen clock has no rate"),
        ("x-1", 2, "a rate must be >= 0; use a step"),
        ("-1500000ppm", 1, "a rate must be >= 0; use a step"),
        ("+300000d", 2, "more than 292 years"),
        ("", 1, "a clock is missing"),
        (" +4h", 1, "white space stands between terms only"),
        ("+4h ", 4, "white space stands between terms only"),
        ("+4h  x2  x3", 10, "the rate (x or ppm) is given twice"),
        ("x2 +5ppm", 4, "the rate (x or ppm) is given twice"),
        ("x2 +4h", 4, "an offset or an instant stands first, and once"),
        ("x2 preset:am-pm", 4, "a preset stands first, and once"),
        ("preset:drift-200ppm x2", 21, "the rate (x or ppm) is given twice"),
        ("preset:am-mp", 8, "did you mean am-pm?"),
        ("jitter:1s jitter:1s", 11, "the jitter is given twice"),
        ("jitter:-1s", 8, "expected a number"),
        ("res:0", 5, "a resolution is more than 0"),
        ("+1h res:1", 10, "a number needs a unit"),
        ("local-as-utc:Asia/Calcuta", 14, "did you mean Asia/Calcutta?"),
        ("local-as-utc:UTC utc-as-local:UTC", 18, "the zone mistake"),
        ("filetime:0x", 12, "hexadecimal digits must follow"),
        ("filetime:0xg", 12, "'g' is no hexadecimal digit"),
        ("filetime:0x1fgg", 14, "'g' is no hexadecimal digit"),
        ("filetime:12", 10, "written 0x"),
        ("filetime:0x10000000000000000", 12, "more than 64 bits"),
        ("fast", 1, "unknown term 'fast' (one of"),
    ] {
        let error = text.parse::<ClockSpec>().unwrap_err();
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

#[test]
fn canonical_texts() {
    for (text, canonical) in [
        ("0 x1 jitter:0 res:100ns", "0"),
        ("+0", "0"),
        ("-240m", "-4h"),
        ("0\tx1.0000", "0"),
        ("+1w  filetime:0x00FF res:1s x2", "+7d x2 res:1s filetime:0xff"),
        ("@2020-02-02T01:00:00+01:00 -0.5ppm", "@2020-02-02T00:00:00Z -0.5ppm"),
        ("utc-as-local:-00:30 jitter:1.5ms", "jitter:1.5ms utc-as-local:-00:30"),
        ("preset:battery-1970 x0.5", "@1970-01-01T00:00:00Z x0.5"),
    ] {
        let spec: ClockSpec = text.parse().unwrap();
        assert_eq!(spec.to_string(), canonical);
        assert_eq!(canonical.parse(), Ok(spec));
        assert_eq!(serde_json::to_value(spec).unwrap(), canonical);
        assert_eq!(serde_json::from_value::<ClockSpec>(text.into()).unwrap(), spec);
    }
    assert_eq!(ClockSpec::default().to_string(), "0");
}

#[test]
fn what_is_finer_than_the_wire_is_warned_of() {
    for (text, warnings) in [
        ("+4h100ns", 0),
        ("+4h99ns", 1),
        ("@2026-01-01T00:00:00.00000001Z", 1),
        ("jitter:50ns res:1ns", 2),
    ] {
        assert_eq!(text.parse::<ClockSpec>().unwrap().warnings().len(), warnings, "{text}");
    }
}

#[test]
fn readings_are_floored_towards_the_past_also_before_1970() {
    let ticks = |text: &str, nanos: i64| clock(text).read(after(nanos)).wall.0;
    assert_eq!(ticks("-1ns", 0), START.filetime().0 - 1);
    assert_eq!(ticks("+99ns", 0), START.filetime().0);
    let epoch = FileTime::from_unix_nanos(0).0;
    assert_eq!(ticks("=1969-12-31T23:59:59.3Z res:1s", 0), epoch - 10_000_000);
    assert_eq!(ticks("@1970-01-01T00:00:00Z x0.5", -1), epoch - 1);
}

#[test]
fn a_time_no_filetime_holds_is_held_and_said() {
    let read = |text: &str, nanos: i64| clock(text).read(after(nanos));
    let low = read("@1600-12-31T23:59:59.9999999Z", 0);
    assert_eq!((low.wall, low.saturated), (FileTime(0), true));
    let first = read("@1601-01-01T00:00:00Z", 0);
    assert_eq!((first.wall, first.saturated), (FileTime(0), false));
    let high = read("x999999999", 200 * 365 * 24 * HOUR);
    assert_eq!((high.wall, high.saturated), (FileTime::MAX_READING, true));
}

#[test]
fn the_raw_value_goes_on_the_wire_and_leaves_the_clock_alone() {
    for raw in [0, 1, i64::MAX.unsigned_abs(), 1 << 63, u64::MAX] {
        let reading = clock(&format!("+4h filetime:{raw:#x}")).read(START);
        assert_eq!(reading.filetime, FileTime(raw));
        assert_eq!(reading.wall, after(4 * HOUR).filetime());
        assert_eq!(reading.injected, FileTime(raw).skew_from(START.filetime()));
        assert!(!reading.saturated);
    }
}

#[test]
fn jitter_is_keyed_by_the_reading_and_stays_in_its_bounds() {
    let series = |actor: &str| -> Vec<i128> {
        let spec = "jitter:1us".parse().unwrap();
        let mut clock = Clock::new(spec, START, Draw::new(42), actor);
        (0..64).map(|_| clock.read(START).injected.ticks).collect()
    };
    let first = series("pc-7");
    assert_eq!(first, series("pc-7"), "the same words give the same draws");
    assert_ne!(first, series("pc-8"));
    assert!(first.iter().all(|ticks| (-10..=10).contains(ticks)));
    assert!(first.contains(&-10) || first.contains(&10) || first.contains(&0));
    // Golden: a stored seed must give the same run on every machine, for ever.
    assert_eq!(first[..8], JITTER);

    let mut clock = clock("jitter:1us");
    let looked = clock.peek(START);
    assert_eq!(clock.peek(START), looked, "looking takes no reading");
    assert_eq!(clock.read(START), looked);
    assert_eq!(clock.readings(), 1);
}

// From an independent implementation of SipHash-1-3 with 128 bits of output.
const JITTER: [i128; 8] = [-8, 5, -10, -2, 9, 4, -6, 4];

/// The reference's table of the window's edges (§4.5): a true host, no latency, 4 h either way.
#[test]
fn clocks_at_the_edges_of_the_window() {
    let window = Window::default();
    let accepted = |text: &str, start: Moment, compare: Compare| {
        let spec = text.parse().expect(text);
        let client = Clock::new(spec, start, Draw::new(42), "pc-7").read(start).filetime;
        window.holds(compare.skew(client, start.filetime()))
    };
    for (text, filetime, seconds) in [
        ("+4h", [true, true], [true, true]),
        ("-4h", [true, true], [true, true]),
        ("+4h100ns", [false, false], [true, true]),
        ("-4h100ns", [false, false], [false, true]),
        ("+3h59m59s", [true, true], [true, true]),
        ("+4h1ms", [false, false], [true, true]),
        ("-4h1ms", [false, false], [false, true]),
        ("+4h999ms", [false, false], [true, false]),
        ("+4h1s", [false, false], [false, false]),
        ("-4h1s", [false, false], [false, false]),
        ("local-as-utc:Asia/Dubai", [true, true], [true, true]),
        ("local-as-utc:America/New_York", [false, false], [false, false]),
        ("local-as-utc:Asia/Kabul", [false, false], [false, false]),
        ("+4h res:1s", [true, true], [true, true]),
        // Why a grain finer than the wire's is warned of: the edges are not alike.
        ("+4h99ns", [true, true], [true, true]),
        ("-4h1ns", [false, false], [false, true]),
    ] {
        let starts = [START, after(600_000_000)];
        assert_eq!(starts.map(|s| accepted(text, s, Compare::Filetime)), filetime, "{text}");
        assert_eq!(starts.map(|s| accepted(text, s, Compare::Seconds)), seconds, "{text}");
    }
}

#[test]
fn setting_a_clock_makes_it_read_so_and_run_on_as_before() {
    let hour = after(HOUR);
    for text in ["+2d x2", "=2020-01-01T00:00:00Z", "local-as-utc:Asia/Kolkata", "filetime:0x0"] {
        for (to, read) in
            [("true", hour), ("-4h", after(-3 * HOUR)), ("2026-01-01T12:00:00Z", after(12 * HOUR))]
        {
            let mut clock = clock(text);
            clock.step(after(1), Nanos(12_345_600));
            let before = clock.peek(Moment(hour.0 - 1));
            clock.set(hour, &to.parse().unwrap());
            assert_eq!(clock.read(hour).filetime, read.filetime(), "{text} set to {to}");
            assert_eq!(clock.peek(Moment(hour.0 - 1)), before, "what was read stays true");
        }
    }
    let mut fast = clock("+2d x2");
    fast.set(hour, &SetTo::TRUE);
    assert_eq!(fast.read(after(2 * HOUR)).injected.nanos(), HOUR.into());
}

#[test]
fn of_operations_at_one_moment_the_later_one_counts_last() {
    let mut clock = clock("0");
    clock.step(START, Nanos::hours(1));
    clock.set(START, &SetTo::Offset(Nanos::hours(5)));
    clock.step(START, Nanos::hours(2));
    assert_eq!(clock.read(START).injected.nanos(), i128::from(7 * HOUR));
    clock.step(Moment(0), Nanos::hours(-7));
    assert_eq!(clock.read(START).injected.nanos(), 0, "time never runs back for an operation");
}
