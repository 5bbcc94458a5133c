//! What breaks at which error of a clock that was right before.

use std::collections::BTreeSet;

use client_sim::time_service::limit::Limit;
use client_sim::time_service::settings::{Role, Settings};
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, Skew};

use crate::lab::Lab;

const S: i64 = 1_000_000_000;
const H: i64 = 3600 * S;

#[derive(Clone, Copy, Debug)]
enum Who {
    Member,
    Alone,
    Controller,
}

fn settings(who: Who) -> Settings {
    let settings = match who {
        Who::Member => Settings::default(),
        Who::Alone => Settings::stand_alone("time.lab.example,0x8"),
        Who::Controller => {
            Settings { role: Role::DomainController { first: false }, ..Settings::default() }
        }
    };
    // Asked every 64 seconds, so that the watch begins within a minute.
    Settings { min_poll_interval: Some(6), poll_adjust_factor: u32::MAX, ..settings }
}

/// Bumps a clock that was right for hours, and looks what happens in the following two hours: the
/// events, what was done to the clock, and whether it is right in the end.
fn bumped(who: Who, by: i64) -> (BTreeSet<u16>, BTreeSet<&'static str>, bool) {
    let mut lab = Lab::booted("0", settings(who));
    lab.pass("1h");
    assert_eq!(lab.off(), 0);
    lab.log.clear();
    lab.turns.clear();
    lab.bump(by);
    lab.pass("2h");
    (lab.kinds(), lab.turns.iter().copied().collect(), lab.off() == 0)
}

/// One row: the machine, its error, the events of the time service, how the clock was corrected.
type Row = (Who, i64, &'static [u16], &'static [&'static str], bool);

/// Events: 1 the clock was changed, 34 too big, 35 a new source, 36 long without time, 50 five seconds for 900, 52 audit.
const LADDER: [Row; 24] = [
    // Up to 5 s: corrected without a word.
    (Who::Member, 4 * S + 999_999_900, &[], &["slew"], true),
    (Who::Member, -4 * S, &[], &["slew"], true),
    (Who::Alone, 4 * S, &[1], &["bump"], true),
    (Who::Alone, S / 2, &[], &["slew"], false),
    // From 5 s on for 900 s: event 50, then corrected; slewed while a member can.
    (Who::Member, 5 * S, &[35, 50], &["slew"], true),
    (Who::Member, 180 * S, &[35, 50], &["slew"], true),
    (Who::Member, 301 * S, &[1, 35, 50], &["bump"], true),
    (Who::Member, H, &[1, 35, 50], &["bump"], true),
    (Who::Alone, -H, &[1, 35, 50], &["bump"], true),
    (Who::Controller, H, &[1, 35, 50], &["bump"], true),
    // More than 8 h: with an audit event.
    (Who::Member, 8 * H, &[1, 35, 50], &["bump"], true),
    (Who::Member, 8 * H + S, &[1, 35, 50, 52], &["bump"], true),
    (Who::Alone, 12 * H, &[1, 35, 50, 52], &["bump"], true),
    // More than 15 h: a stand-alone computer refuses, either way; the edge is inside.
    (Who::Alone, 15 * H, &[1, 35, 50, 52], &["bump"], true),
    (Who::Alone, 15 * H + 100, &[34, 50], &[], false),
    (Who::Alone, -(15 * H) - 100, &[34, 50], &[], false),
    (Who::Member, 16 * H, &[1, 35, 50, 52], &["bump"], true),
    (Who::Controller, 16 * H, &[1, 35, 50, 52], &["bump"], true),
    // More than 48 h: a domain controller refuses, too.
    (Who::Controller, 48 * H, &[1, 35, 50, 52], &["bump"], true),
    (Who::Controller, 48 * H + 100, &[34, 36, 50], &[], false),
    (Who::Alone, 49 * H, &[34, 50], &[], false),
    // Years, either way: only a member heals.
    (Who::Controller, -20 * 8766 * H, &[34, 36, 50], &[], false),
    (Who::Member, -20 * 8766 * H, &[1, 35, 50, 52], &["bump"], true),
    (Who::Member, 20 * 8766 * H, &[1, 35, 50, 52], &["bump"], true),
];

#[test]
fn each_rung() {
    for (who, by, events, turns, healed) in LADDER {
        let found = bumped(who, by);
        let expected = (events.iter().copied().collect(), turns.iter().copied().collect(), healed);
        assert_eq!(found, expected, "{who:?} off by {by} ns");
    }
}

/// Beside the time service: Kerberos gives up at 5 minutes, a KMS host at 4 hours.
#[test]
fn the_other_columns_of_the_ladder() {
    let within = |window: &str, nanos: i64| {
        let skew = Skew { ticks: i128::from(nanos / 100) };
        window.parse::<Window>().unwrap().holds(skew)
    };
    for (nanos, kerberos, kms) in [
        (5 * S, true, true),
        (300 * S, true, true),
        (300 * S + 100, false, true),
        (H, false, true),
        (4 * H, false, true),
        (4 * H + 100, false, false),
        (12 * H, false, false),
    ] {
        for nanos in [nanos, -nanos] {
            assert_eq!((within("5m", nanos), within("4h", nanos)), (kerberos, kms), "{nanos}");
        }
    }
    assert_eq!(FileTime(0).skew_from(FileTime(0)), Skew::default());
}

/// A limit set by hand holds whatever the computer is, and either way of its own.
#[test]
fn limits_set_by_hand() {
    let settings = Settings {
        max_positive: Some(Limit(60)),
        max_negative: Some(Limit(7200)),
        min_poll_interval: Some(6),
        ..Settings::default()
    };
    for (clock, healed) in [("-30s", true), ("-61s", false), ("+2h", true), ("+2h1s", false)] {
        let mut lab = Lab::booted(clock, settings.clone());
        lab.pass("1h");
        assert_eq!(lab.off() == 0, healed, "{clock}");
    }
}
