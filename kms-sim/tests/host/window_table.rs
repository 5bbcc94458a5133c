//! The window to the tick: the table of edges, both comparisons, both phases of the second.

use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, TICKS_PER_SECOND};
use kms_sim::policy::window;
use kms_sim::refusal::Refusal;
use proptest::prelude::*;

const SECOND: i128 = 10_000_000;
const HOUR: i128 = 3600 * SECOND;
const H4: i128 = 4 * HOUR;
const MS: i128 = 10_000;
/// 2026-01-01T00:00:00Z, and 600 ms later.
const WHOLE: u64 = 134_116_992_000_000_000;
const PHASE: u64 = WHOLE + 6_000_000;

fn at(base: u64, ticks: i128) -> FileTime {
    FileTime(u64::try_from(i128::from(base) + ticks).unwrap())
}

/// `a` accepted, `R` refused.
fn verdict(window: Window, compare: Compare, client: FileTime, host: u64) -> char {
    match window::rule(window, compare, client, FileTime(host)) {
        None => 'a',
        Some(refused) => {
            assert_eq!(refused.code, Refusal::INVALID_TIMESTAMP);
            'R'
        }
    }
}

#[test]
fn the_table_of_edges() {
    // Client minus host in ticks; filetime and seconds, each from a whole second and from .600.
    let table: [(i128, &str); 15] = [
        (H4, "aaaa"),
        (-H4, "aaaa"),
        (H4 + 1, "RRaa"),
        (-H4 - 1, "RRRa"),
        (3 * HOUR + 3599 * SECOND, "aaaa"),
        (-3 * HOUR - 3599 * SECOND, "aaaa"),
        (H4 + MS, "RRaa"),
        (-H4 - MS, "RRRa"),
        (H4 + 999 * MS, "RRaR"),
        (H4 + SECOND, "RRRR"),
        (-H4 - SECOND, "RRRR"),
        // Local time taken for UTC in Dubai, in New York in winter, in Kabul.
        (H4, "aaaa"),
        (-5 * HOUR, "RRRR"),
        (H4 + HOUR / 2, "RRRR"),
        (0, "aaaa"),
    ];
    for (ticks, expected) in table {
        let mut found = String::new();
        for compare in [Compare::Filetime, Compare::Seconds] {
            for host in [WHOLE, PHASE] {
                found.push(verdict(Window::default(), compare, at(host, ticks), host));
            }
        }
        assert_eq!(found, expected, "{ticks} ticks");
    }
}

#[test]
fn a_clock_of_whole_seconds_four_hours_fast_is_inside() {
    for compare in [Compare::Filetime, Compare::Seconds] {
        for host in [WHOLE, PHASE] {
            let client = at(host, H4).whole_second();
            assert_eq!(verdict(Window::default(), compare, client, host), 'a');
        }
    }
}

#[test]
fn two_lengths_are_two_edges() {
    let (window, m30) = ("-30m..+4h".parse().unwrap(), 30 * 60 * SECOND);
    for (ticks, filetime, seconds) in [
        (H4, 'a', 'a'),
        (H4 + 1, 'R', 'a'),
        (-m30, 'a', 'a'),
        (-m30 - 1, 'R', 'R'),
        (-m30 - SECOND, 'R', 'R'),
        (H4 + SECOND, 'R', 'R'),
    ] {
        let client = at(WHOLE, ticks);
        assert_eq!(verdict(window, Compare::Filetime, client, WHOLE), filetime, "{ticks}");
        assert_eq!(verdict(window, Compare::Seconds, client, WHOLE), seconds, "{ticks}");
    }
}

#[test]
fn every_reading_the_wire_can_carry_is_judged() {
    const CORNERS: [u64; 7] = [0, 1, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX, WHOLE];
    for compare in [Compare::Filetime, Compare::Seconds] {
        for client in CORNERS {
            for host in CORNERS {
                let near = client.abs_diff(host) <= TICKS_PER_SECOND;
                let expected = if near { 'a' } else { 'R' };
                let found = verdict(Window::default(), compare, FileTime(client), host);
                assert_eq!(found, expected, "{client} against {host}");
                assert_eq!(verdict(Window::Off, compare, FileTime(client), host), 'a');
            }
        }
    }
}

proptest! {
    #[test]
    fn the_edges_are_where_they_are_said_to_be(
        host: u64, client: u64, near in -200_i128..200, window in 0_i64..400_000_000
    ) {
        let window_ticks = i128::from(window);
        let length = Window::either_way(kms_proto::time::duration::Nanos(window * 100));
        let edges = [
            Some(FileTime(client)),
            u64::try_from(i128::from(host) + window_ticks + near).ok().map(FileTime),
            u64::try_from(i128::from(host) - window_ticks + near).ok().map(FileTime),
        ];
        for client in edges.into_iter().flatten() {
            let skew = i128::from(client.0) - i128::from(host);
            let expected = if skew.abs() <= window_ticks { 'a' } else { 'R' };
            prop_assert_eq!(verdict(length, Compare::Filetime, client, host), expected);

            let seconds = i128::from(client.0 / TICKS_PER_SECOND)
                - i128::from(host / TICKS_PER_SECOND);
            let expected = if seconds.abs() * SECOND <= window_ticks { 'a' } else { 'R' };
            prop_assert_eq!(verdict(length, Compare::Seconds, client, host), expected);
        }
    }

    #[test]
    fn a_wider_window_refuses_nobody_it_did_not(host: u64, client: u64, one: i64, more: u32) {
        let narrow = Window::either_way(kms_proto::time::duration::Nanos(one));
        let wide =
            Window::either_way(kms_proto::time::duration::Nanos(one.saturating_add(more.into())));
        for compare in [Compare::Filetime, Compare::Seconds] {
            if verdict(narrow, compare, FileTime(client), host) == 'a' {
                prop_assert_eq!(verdict(wide, compare, FileTime(client), host), 'a');
            }
        }
    }
}
