//! The laws any clock keeps, whatever is wrong with it (`docs/clocks.md`).

use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use client_sim::clock::set::SetTo;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::duration::Nanos;
use kms_proto::time::{FileTime, Moment};
use proptest::prelude::*;

/// 2026-01-01T00:00:00Z.
const START: Moment = Moment(1_767_225_600_000_000_000);
const HOUR: i64 = 3_600_000_000_000;

#[expect(clippy::expect_used, reason = "a strategy makes clock strings only")]
fn clock(text: &str) -> Clock {
    let spec = text.parse::<ClockSpec>();
    Clock::new(spec.expect(text), START, Draw::new(42), "pc-7")
}

fn after(nanos: i64) -> Moment {
    START.plus(Nanos(nanos))
}

/// Any clock string, term by term.
fn any_spec() -> impl Strategy<Value = String> {
    let length = || (0..=i64::MAX).prop_map(|n| Nanos(n).to_string());
    let time = || {
        ("[0-9]{4}", 1..=12, 1..=28, 0..24, 0..60, "(\\.[0-9]{1,9})?").prop_map(
            |(year, month, day, hour, minute, fraction)| {
                format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00{fraction}Z")
            },
        )
    };
    let zone = prop::sample::select(vec!["UTC", "Asia/Kolkata", "+05:30", "-11:00", "GB"]);
    let anchor = prop_oneof![
        Just("0".to_owned()),
        length().prop_map(|length| format!("+{length}")),
        length().prop_map(|length| format!("-{length}")),
        time().prop_map(|time| format!("@{time}")),
        Just("preset:am-pm".to_owned()),
    ];
    let rate = prop_oneof!["x[0-9]{1,9}\\.[0-9]{1,9}", "[+-][0-9]{1,5}(\\.[0-9]{1,3})?ppm"];
    let moving = (anchor, proptest::option::of(rate)).prop_map(|(anchor, rate)| match rate {
        Some(rate) => format!("{anchor} {rate}"),
        None => anchor,
    });
    let still = time().prop_map(|time| format!("={time}"));
    let terms = (
        proptest::option::of(length().prop_map(|length| format!("jitter:{length}"))),
        proptest::option::of((1..=i64::MAX).prop_map(|n| format!("res:{}", Nanos(n)))),
        proptest::option::of((any::<bool>(), zone).prop_map(|(local, zone)| {
            if local { format!("local-as-utc:{zone}") } else { format!("utc-as-local:{zone}") }
        })),
        proptest::option::of(any::<u64>().prop_map(|raw| format!("filetime:{raw:#x}"))),
    );
    (prop_oneof![4 => moving, 1 => still], terms).prop_map(|(anchor, (a, b, c, d))| {
        [Some(anchor), a, b, c, d].into_iter().flatten().collect::<Vec<_>>().join(" ")
    })
}

fn any_moment() -> impl Strategy<Value = Moment> {
    any::<i64>().prop_map(Moment)
}

/// Whole ticks within ± 10 years, in nanoseconds.
fn ticks() -> impl Strategy<Value = i64> {
    (-3_155_760_000_000_000_i64..=3_155_760_000_000_000).prop_map(|ticks| ticks * 100)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(text in any_spec()) {
        let spec: ClockSpec = text.parse().map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(spec.to_string().parse(), Ok(spec), "{}", spec);
    }

    #[test]
    fn any_text_is_read_or_refused_within_its_columns(
        text in "(\\PC|[ \t]){0,40}|([-+x@=0-9hmdsp.:TZ]|ppm|res:|jitter:|filetime:0x|preset:|utc-as-local:|[ ]){0,20}"
    ) {
        if let Err(error) = text.parse::<ClockSpec>() {
            prop_assert!(
                (1..=text.chars().count() + 1).contains(&error.column), "{:?}: {}", text, error
            );
        }
        if let Err(error) = text.parse::<SetTo>() {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.column));
        }
    }

    #[test]
    fn any_clock_is_read_at_any_moment(
        text in any_spec(), start in any_moment(), operations in prop::collection::vec(
            (any_moment(), any::<i64>(), any::<bool>()), 0..6), at in any_moment(),
    ) {
        let mut clock = Clock::new(text.parse().unwrap(), start, Draw::new(7), "pc-7");
        for (moment, by, step) in operations {
            if step {
                clock.step(moment, Nanos(by));
            } else {
                clock.set(moment, &SetTo::Offset(Nanos(by)));
            }
        }
        let Reading { filetime, wall, injected, .. } = clock.read(at);
        prop_assert!(wall <= FileTime::MAX_READING);
        prop_assert_eq!(injected, filetime.skew_from(at.filetime()));
    }

    #[test]
    fn a_step_and_its_opposite_are_nothing(
        text in any_spec(), by in -i64::MAX..=i64::MAX, at in any_moment(),
    ) {
        let plain = clock(&text);
        let mut bumped = plain.clone();
        bumped.step(START, Nanos(by));
        bumped.step(START, Nanos(-by));
        prop_assert_eq!(bumped.peek(at), plain.peek(at));
    }

    #[test]
    fn shifting_the_start_and_the_reading_shifts_the_reading(
        offset in ticks(), shift in ticks(), at in ticks(), rate in "x[0-9]\\.[0-9]{1,9}",
    ) {
        let text = format!("{}{} {rate}", if offset < 0 { '-' } else { '+' }, Nanos(offset.abs()));
        let spec: ClockSpec = text.parse().unwrap();
        let here = Clock::new(spec, START, Draw::new(1), "pc-7").read(after(at));
        let there = Clock::new(spec, after(shift), Draw::new(1), "pc-7").read(after(shift).plus(Nanos(at)));
        prop_assume!(!here.saturated && !there.saturated);
        prop_assert_eq!(there.injected, here.injected);
        prop_assert_eq!(there.wall.skew_from(here.wall).nanos(), i128::from(shift));
    }

    #[test]
    fn the_opposite_offset_gives_the_opposite_skew(offset in ticks(), at in ticks()) {
        let read = |offset: i64| {
            Clock::new(ClockSpec::offset(Nanos(offset)), START, Draw::new(1), "pc-7").read(after(at))
        };
        prop_assert_eq!(read(offset).injected.ticks, -read(-offset).injected.ticks);
    }

    #[test]
    fn a_rate_adds_up_the_same_however_the_way_is_cut(
        billionths in 0..4_000_000_000_u64, cuts in prop::collection::vec(0..HOUR, 0..8),
    ) {
        let rate = format!("x{}.{:09}", billionths / 1_000_000_000, billionths % 1_000_000_000);
        let mut often = clock(&rate);
        for cut in cuts {
            often.read(after(cut));
        }
        prop_assert_eq!(often.read(after(HOUR)), clock(&rate).read(after(HOUR)));
    }

    #[test]
    fn what_happens_at_a_moment_is_in_force_at_it_and_not_before(
        at in 1..HOUR, by in ticks(),
    ) {
        let mut stepped = clock("0");
        stepped.step(after(at), Nanos(by));
        prop_assert_eq!(stepped.peek(after(at - 1)).injected.nanos(), 0);
        prop_assert_eq!(stepped.peek(after(at)).injected.nanos(), i128::from(by));
    }
}
