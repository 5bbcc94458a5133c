//! Each event, and what brings it about.

use client_sim::time_service::settings::{Role, Settings, SyncType};
use kms_proto::ntp::packet::Leap;

use crate::lab::{Lab, Server};

fn controller(first: bool, sync: SyncType) -> Settings {
    let base = Settings::stand_alone("time.lab.example,0x8");
    Settings { role: Role::DomainController { first }, sync, ..base }
}

/// One row: what it is called, the lab, what happens before and for how long, and the ids of the
/// events after that.
type Row = (&'static str, Lab, fn(&mut Lab), &'static str, &'static [u16]);

fn starts() -> Vec<Row> {
    let member = || Lab::new("0", Settings::default());
    let alone = |peers| Lab::new("0", Settings::stand_alone(peers));
    let of = |settings| Lab::new("0", settings);
    vec![
        ("a good start", member(), |_| {}, "1h", &[37, 35]),
        ("a peer of one's own", alone("time.lab.example,0x8"), |_| {}, "1h", &[37, 35]),
        (
            "the first of the domain asks nobody",
            of(controller(true, SyncType::Nt5ds)),
            |_| {},
            "1d",
            &[12, 139, 143],
        ),
        (
            "the first of the domain has a source",
            of(controller(true, SyncType::Ntp)),
            |_| {},
            "1h",
            &[139, 143, 37, 35],
        ),
        (
            "another controller",
            of(controller(false, SyncType::Nt5ds)),
            |_| {},
            "1h",
            &[139, 143, 37, 35],
        ),
        ("no controller", member(), |lab| lab.domain = None, "1h", &[129, 129, 129]),
        (
            "a controller at last",
            member(),
            |lab| {
                lab.domain = None;
                lab.start();
                lab.pass("10m");
                lab.domain = Some(Server::new("DC02.lab.example", "10.0.0.11:123", "0"));
            },
            "1h",
            &[129, 138, 37, 35],
        ),
        ("no such name", alone("nowhere.lab.example"), |_| {}, "50m", &[134, 134, 134]),
        (
            "a name at last",
            alone("new.lab.example"),
            |lab| {
                lab.start();
                lab.pass("10m");
                lab.manual.push(Server::new("new.lab.example", "10.0.0.2:123", "0"));
            },
            "1h",
            &[134, 137, 37, 35],
        ),
    ]
}

fn failures() -> Vec<Row> {
    let member = || Lab::new("0", Settings::default());
    let alone = |peers| Lab::new("0", Settings::stand_alone(peers));
    vec![
        (
            "a peer that never answers",
            alone("time.lab.example,0x8"),
            |lab| lab.peer().silent = true,
            "2h1m",
            &[47, 29],
        ),
        (
            "a peer that does not know the time",
            alone("time.lab.example,0x8"),
            |lab| lab.peer().leap = Leap::Unknown,
            "2h1m",
            &[47, 29],
        ),
        (
            "a peer that falls silent",
            member(),
            |lab| {
                lab.start();
                lab.pass("10m");
                lab.domain.as_mut().unwrap().silent = true;
            },
            "1h",
            &[37, 35, 38],
        ),
        (
            "and answers again",
            member(),
            |lab| {
                lab.start();
                lab.pass("10m");
                lab.domain.as_mut().unwrap().silent = true;
                lab.pass("1h");
                lab.domain.as_mut().unwrap().silent = false;
            },
            "1h",
            &[37, 35, 38, 37],
        ),
        (
            "49 152 s without time",
            member(),
            |lab| {
                lab.start();
                lab.pass("1s");
                lab.domain.as_mut().unwrap().silent = true;
            },
            "1d",
            &[37, 35, 38, 36],
        ),
        (
            "a spike that passes",
            member(),
            |lab| {
                lab.start();
                lab.pass("3h");
                lab.bump(60_000_000_000);
                lab.pass("20m");
                lab.bump(-60_000_000_000);
            },
            "3h",
            &[37, 35],
        ),
        (
            "the second peer steps in",
            {
                let mut lab = alone("time.lab.example,0x8 b.lab.example,0x8");
                lab.manual.push(Server::new("b.lab.example", "10.0.0.2:123", "0"));
                lab
            },
            |lab| {
                lab.start();
                lab.pass("10m");
                lab.peer().silent = true;
            },
            "1h",
            &[37, 35, 37, 38, 35],
        ),
        (
            "a fallback is used last",
            {
                let mut lab = alone("b.lab.example,0xa time.lab.example,0x8");
                lab.manual.push(Server::new("b.lab.example", "10.0.0.2:123", "0"));
                lab
            },
            |_| {},
            "1h",
            &[37, 35, 37, 35],
        ),
    ]
}

#[test]
fn events_and_their_conditions() {
    for (name, mut lab, before, length, expected) in starts().into_iter().chain(failures()) {
        before(&mut lab);
        lab.start();
        lab.pass(length);
        assert_eq!(lab.ids(), expected, "{name}");
    }
}

#[test]
fn a_controller_that_is_wrong_pulls_the_member_with_it() {
    let mut lab = Lab::new("0", Settings::default());
    lab.domain = Some(Server::new("DC01.lab.example", "10.0.0.10:123", "+5h"));
    lab.start();
    lab.pass("1s");
    assert_eq!(lab.off(), 5 * 3_600_000_000_000);
}

/// A clock that runs fast is slewed back again and again, and never further off than it runs away
/// between two questions.
#[test]
fn a_drifting_clock_is_held() {
    let settings = Settings { max_poll_interval: Some(10), ..Settings::default() };
    let mut lab = Lab::booted("+100ppm", settings);
    lab.pass("2h");
    for _ in 0..40 {
        lab.pass("17m");
        assert!(lab.off().abs() < 250_000_000, "{}", lab.off());
    }
    assert!(lab.turns.iter().all(|turn| *turn == "slew") && lab.turns.len() > 30);
    assert_eq!(lab.ids(), [37, 35]);
}

/// The same start, the same events: no draw, no clock of this computer's.
#[test]
fn two_runs_are_alike() {
    let run = || {
        let mut lab = Lab::booted("+7m jitter:3ms", Settings::default());
        lab.pass("3d");
        (lab.log.clone(), lab.off())
    };
    assert_eq!(run(), run());
}

/// Time passed in pieces is time passed at once.
#[test]
fn pieces_make_no_difference() {
    let mut whole = Lab::booted("+16h", Settings::stand_alone("time.lab.example,0x8"));
    let mut pieces = Lab::booted("+16h", Settings::stand_alone("time.lab.example,0x8"));
    whole.pass("4h");
    for _ in 0..240 {
        pieces.pass("1m");
    }
    assert_eq!(whole.log, pieces.log);
}
