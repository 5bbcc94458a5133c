//! Names from the wire and from files, whatever they hold, in every report.

use kms_lab::console::Console;
use kms_lab::report::course::{Course, Dot, Role, Sample, Track};
use kms_lab::report::json::json;
use kms_lab::report::junit::junit;
use kms_lab::report::outcome::Run;
use kms_lab::report::plot::svg;
use kms_lab::report::tap::tap;
use kms_lab::report::text::columns::Columns;
use kms_lab::report::text::run::run;
use kms_lab::report::trouble::{Finding, Trouble};
use kms_proto::time::duration::Nanos;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::suites;

proptest! {
    #[test]
    fn every_report_stays_what_it_is(name in any::<String>(), line in any::<String>()) {
        let finding = Finding { message: line.clone(), notes: vec![line.clone()], ..Finding::default() };
        let hostile = Run {
            name: name.clone(),
            point: Some(line.clone()),
            troubles: vec![Trouble::Unmet(finding)],
            journal_tail: vec![line.clone()],
            repeat: name.clone(),
            ..suites::passed()
        };
        let suite = suites::suite(vec![hostile]);

        well_formed(&junit(&suite).unwrap())?;
        let value: serde_json::Value = serde_json::from_str(&json(&suite).unwrap()).unwrap();
        prop_assert_eq!(value["runs"][0]["troubles"][0]["message"].as_str(), Some(line.as_str()));

        let tap = tap(&suite);
        prop_assert_eq!(tap.lines().filter(|line| line.starts_with("not ok 1 - ")).count(), 1);
        prop_assert!(tap.lines().skip(5).all(|line| line.starts_with("  ")), "{tap}");

        let (mut out, mut err) = (Vec::new(), Vec::new());
        let console = Console { out: &mut out, err: &mut err, colour: false };
        let text = run(&suite.runs[0], Columns { label: 20 }, &console);
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn any_course_is_a_picture(
        actor in any::<String>(),
        length in any::<i64>(),
        way in proptest::collection::vec((any::<i64>(), -i128::from(i64::MAX) * 200..i128::from(i64::MAX) * 200), 0..6),
    ) {
        let samples: Vec<Sample> =
            way.iter().map(|(at, offset)| Sample { at: Nanos(*at), offset: *offset }).collect();
        let dot = |sample: &Sample| Dot {
            at: sample.at,
            actor: actor.clone(),
            offset: sample.offset,
            result: None,
        };
        let requests = samples.iter().map(dot).collect();
        let clock = Track { actor: actor.clone(), role: Role::Machine, window: None, samples };
        let course = Course {
            title: actor.clone(),
            length: Nanos(length),
            clocks: vec![clock],
            requests,
            ..Course::default()
        };
        let text = svg(&course);
        well_formed(&text)?;
        let numbers = text.split('"').filter(|part| part.starts_with(|c: char| "M-.0123456789".contains(c)));
        for part in numbers {
            prop_assert!(!part.contains("NaN") && !part.contains("inf"), "{part}");
        }
    }
}

fn well_formed(text: &str) -> Result<(), TestCaseError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                prop_assert!(tag.attributes().all(|attribute| attribute.is_ok()));
            }
            Ok(_) => {}
            Err(error) => return Err(TestCaseError::fail(format!("{error}: {text}"))),
        }
    }
    let fit = |c: char| matches!(c, '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    prop_assert!(text.chars().all(fit), "{text:?}");
    Ok(())
}
