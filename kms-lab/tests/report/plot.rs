//! The picture.

use kms_lab::report::course::{Course, Dot, Role, Sample, Track};
use kms_lab::report::plot::svg;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::golden;

const HOUR: i128 = 3_600_000_000_000;

const REFUSED: HResult = HResult(0xC004_F06C);

#[test]
fn a_skewed_client_recovers() {
    golden::check("recovers.svg", &svg(&recovers()));
}

#[test]
fn clocks_of_every_scale() {
    golden::check("scales.svg", &svg(&scales()));
}

#[test]
fn nothing_at_all() {
    golden::check("empty.svg", &svg(&Course::default()));
}

#[test]
fn it_is_well_formed_whatever_names_say() {
    let mut course = scales();
    for clock in &mut course.clocks {
        clock.actor = "</text>&\u{0}\u{1b}\u{fffe}\"".repeat(20);
    }
    course.title = "]]><script>alert(1)</script>".to_owned();
    for course in [recovers(), Course::default(), course] {
        let text = svg(&course);
        let mut reader = Reader::from_str(&text);
        reader.config_mut().enable_all_checks(true);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    assert_ne!(tag.name().as_ref(), b"script");
                    tag.attributes().for_each(|attribute| assert!(attribute.is_ok()));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{fffe}'));
        assert!(!text.contains("NaN") && !text.contains("inf"), "no number is lost");
    }
}

#[test]
fn every_request_that_can_be_told_apart_is_drawn_and_told() {
    let course = recovers();
    let text = svg(&course);
    assert_eq!(text.matches("0xC004F06C</title>").count(), 2);
    let marks = text.matches("</path>").count();
    assert_eq!(marks, course.requests.len() + 2, "two more in the legend");
}

#[test]
fn of_too_many_clocks_the_legend_names_those_that_were_off() {
    let mut course = Course { length: Nanos::hours(24), ..Course::default() };
    for number in 0..40 {
        let offset = if number == 37 { 5 * HOUR } else { 0 };
        let name = format!("pc-{number:02}");
        course.clocks.push(track(&name, Role::Machine, None, vec![sample(0, offset)]));
    }
    course.clocks.push(track("kms", Role::Host, None, vec![sample(0, 0)]));
    let text = svg(&course);
    for shown in [">pc-37<", ">kms (host)<", ">pc-00<", ">and 25 more<"] {
        assert!(text.contains(shown), "{shown}");
    }
    assert!(!text.contains(">pc-20<"));
}

#[test]
fn a_million_samples_and_requests_stay_a_small_picture() {
    let samples = (0..1_000_000).map(|n| sample(n * 86_400_000, i128::from(n * 7919 % 5_000_000)));
    let mut course = Course { length: Nanos::hours(24), ..Course::default() };
    course.clocks.push(track("busy", Role::Machine, None, samples.collect()));
    course.requests = (0..1_000_000).map(|n| dot(n * 86_400_000, "busy", 0, None)).collect();
    let text = svg(&course);
    assert!(text.len() < 1_000_000, "{} bytes", text.len());
}

#[test]
fn extremes_are_held() {
    for offset in [i128::from(i64::MAX) * 100, -i128::from(i64::MAX) * 100] {
        let mut course = Course { length: Nanos(i64::MAX), ..Course::default() };
        let way = vec![sample(0, 0), sample(i64::MAX / 2, offset), sample(i64::MAX, -offset)];
        let window = Some(Window::either_way(Nanos(i64::MAX)));
        course.clocks.push(track("far", Role::Host, window, way));
        let text = svg(&course);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

/// The scenario of the format's own example.
fn recovers() -> Course {
    let hour = |n: i64| n * 3_600_000_000_000;
    let window = Some(Window::either_way(Nanos::hours(4)));
    let fast = vec![sample(0, 5 * HOUR), sample(hour(3), 5 * HOUR), sample(hour(3), 0)];
    let mut requests: Vec<Dot> =
        (0..25).map(|n| dot(n * 60_000_000_000, "good", 0, Some(HResult(0)))).collect();
    requests.push(dot(600_000_000_000, "fast", 5 * HOUR, Some(REFUSED)));
    requests.push(dot(600_000_000_000 + hour(2), "fast", 5 * HOUR, Some(REFUSED)));
    requests.push(dot(600_000_000_000 + hour(4), "fast", 0, Some(HResult(0))));
    Course {
        title: "skewed-client-is-refused-then-recovers".to_owned(),
        start: Moment(1_767_225_600_000_000_000),
        length: Nanos::hours(8),
        clocks: vec![
            track("host", Role::Host, window, vec![sample(0, 0), sample(hour(8), 0)]),
            track("good", Role::Machine, None, vec![sample(0, 0), sample(hour(8), 0)]),
            track("fast", Role::Machine, None, fast),
        ],
        requests,
    }
}

/// Milliseconds, hours, days and years in one picture, and a host that drifts.
fn scales() -> Course {
    let hour = |n: i64| n * 3_600_000_000_000;
    let month = hour(24 * 30);
    let window = Some(Window::Within { behind: Nanos::minutes(30), ahead: Nanos::hours(4) });
    let jitter: Vec<Sample> =
        (0..720).map(|n| sample(hour(n), i128::from(n * 7919 % 13 - 6) * 1_000_000)).collect();
    let walk = (0..=30).map(|n| sample(hour(24 * n), i128::from(n * n) * 20_000_000_000));
    let year = vec![sample(0, -365 * 24 * HOUR), sample(hour(200), -365 * 24 * HOUR)];
    let back = vec![sample(hour(200), -2 * HOUR), sample(hour(400), -60_000_000_000)];
    let names = ["dc", "steady", "walks", "an-old-image", "FAR-FUTURE-WORKSTATION-0017"];
    let mut clocks = vec![
        track(
            "kms",
            Role::Host,
            window,
            vec![sample(0, 0), sample(month, 24 * 30 * 3_600_000_000)],
        ),
        track(names[0], Role::Source, None, vec![sample(0, 50_000), sample(month, 50_000)]),
        track(names[1], Role::Machine, None, jitter),
        track(names[2], Role::Machine, None, walk.collect()),
        track(names[3], Role::Machine, None, [year, back].concat()),
        track(names[4], Role::Machine, None, vec![sample(0, 20 * 365 * 24 * HOUR)]),
    ];
    clocks.extend((0..14).map(|n| {
        track(&format!("M-{n:02}"), Role::Machine, None, vec![sample(0, i128::from(n) * HOUR / 4)])
    }));
    let mut requests = Vec::new();
    for n in 0..30 {
        let hours = 24 * n + 12;
        let host = i128::from(hours) * 3_600_000_000;
        let old = match hours {
            ..200 => -365 * 24 * HOUR,
            200..400 => i128::from(hours - 200) * (2 * HOUR - 60_000_000_000) / 200 - 2 * HOUR,
            _ => -60_000_000_000,
        };
        for (actor, offset) in [
            (names[1], i128::from(hours * 7919 % 13 - 6) * 1_000_000),
            (names[2], i128::from(n * n + n) * 20_000_000_000),
            (names[3], old),
            (names[4], 20 * 365 * 24 * HOUR),
        ] {
            let inside = (-HOUR / 2..=4 * HOUR).contains(&(offset - host));
            let result = match (n, actor) {
                (20, "dc" | "walks") => None,
                (23, "walks") => Some(HResult(0xC004_F042)),
                _ if inside => Some(HResult(0)),
                _ => Some(REFUSED),
            };
            requests.push(dot(hour(hours), actor, offset, result));
        }
    }
    Course {
        title: "clocks-of-every-scale/window=-30m..+4h@17".to_owned(),
        start: Moment(1_767_225_600_000_000_000),
        length: Nanos(month),
        clocks,
        requests,
    }
}

fn track(actor: &str, role: Role, window: Option<Window>, samples: Vec<Sample>) -> Track {
    Track { actor: actor.to_owned(), role, window, samples }
}

fn sample(at: i64, offset: i128) -> Sample {
    Sample { at: Nanos(at), offset }
}

fn dot(at: i64, actor: &str, offset: i128, result: Option<HResult>) -> Dot {
    Dot { at: Nanos(at), actor: actor.to_owned(), offset, result }
}
