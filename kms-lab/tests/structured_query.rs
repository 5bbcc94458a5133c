//! Structured queries of event logs, as Event Viewer and scripts write them.
#![allow(clippy::unwrap_used, reason = "a test may")]

use client_sim::clock::wall_time::WallTime;
use kms_lab::event_log::record::Record;
use kms_lab::event_log::structured::{Broken, Structured};
use kms_proto::time::FileTime;
use kms_proto::windows::event::{Event, Level, Log, PROVIDER};
use proptest::prelude::*;

fn at(text: &str) -> FileTime {
    text.parse::<WallTime>().unwrap().moment().filetime()
}

fn record(id: u16, log: Log, level: Level) -> Record {
    let event = Event {
        id,
        log,
        provider: PROVIDER,
        level,
        time_created: at("2026-01-05T09:00:00Z"),
        message: "Said.".to_owned(),
        info: String::new(),
    };
    Record { number: 1, computer: "MEMBER".to_owned(), event }
}

/// As Event Viewer's tab "XML" has it.
const VIEWER: &str = r#"<QueryList>
  <Query Id="0" Path="System">
    <Select Path="System">*[System[Provider[@Name='Microsoft-Windows-Security-SPP'] and (Level=2 or Level=3) and TimeCreated[timediff(@SystemTime) &lt;= 86400000]]]</Select>
    <Select Path="Application">*[System[(EventID=12288)]]</Select>
    <Suppress Path="System">*[System[(EventID=50)]]</Suppress>
  </Query>
</QueryList>"#;

#[test]
fn a_list_selects_and_suppresses_of_the_logs_it_names() {
    let query = Structured::parse(VIEWER).unwrap();
    let now = at("2026-01-05T10:00:00Z");
    for (id, log, level, holds) in [
        (34, Log::System, Level::Error, true),
        (36, Log::System, Level::Warning, true),
        (37, Log::System, Level::Information, false),
        (50, Log::System, Level::Warning, false),
        (34, Log::Application, Level::Error, false),
        (12288, Log::Application, Level::Information, true),
        (12288, Log::KeyManagementService, Level::Information, false),
    ] {
        assert_eq!(query.holds(&record(id, log, level), now), holds, "{id} in {log}");
    }
    let later = at("2026-01-06T10:00:00Z");
    assert!(!query.holds(&record(34, Log::System, Level::Error), later));
}

#[test]
fn what_one_query_suppresses_another_may_select() {
    let text = r#"<?xml version="1.0"?><!-- two --><QueryList>
        <Query Id="0" Path="system"><Select>*</Select><Suppress>*[System[EventID=34]]</Suppress></Query>
        <Query Id='1'><Select Path='System'><![CDATA[*[System[EventID<=34]]]]></Select></Query>
        <Query Id="2" Path="System"/></QueryList>"#;
    let query = Structured::parse(text).unwrap();
    for id in [1, 34, 50] {
        assert!(query.holds(&record(id, Log::System, Level::Error), FileTime(0)), "{id}");
    }
}

#[test]
fn what_is_none_is_told_from_what_names_no_log() {
    for text in [
        "",
        "<QueryList/>",
        "<QueryList></QueryList>",
        "<QueryList><Query Path='System'></Query></QueryList>",
        "<QueryList><Query><Select>*</Select></Query></QueryList>",
        "<QueryList><Query Path='System'><Select>*[</Select></Query></QueryList>",
        "<QueryList><Query Path='System'><Select/></Query></QueryList>",
        "<QueryList><Query Path='System'><Select>*<b/></Select></Query></QueryList>",
        "<QueryList><Query Path='System'><Select>&any;</Select></Query></QueryList>",
        "<QueryList><Query Path='System'><Pick>*</Pick></Query></QueryList>",
        "<QueryList><Query Path='System'><Select>*</Select></Query>",
        "<QueryList>x<Query Path='System'><Select>*</Select></Query></QueryList>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><QueryList/>",
        "<List><Query Path='System'><Select>*</Select></Query></List>",
        "*[System[EventID=1]]",
    ] {
        assert_eq!(Structured::parse(text), Err(Broken::Query), "{text}");
    }
    let nowhere = "<QueryList><Query Path='Security'><Select>*</Select></Query></QueryList>";
    assert_eq!(Structured::parse(nowhere), Err(Broken::Log));
}

proptest! {
    #[test]
    fn any_text_is_read_or_not_and_nothing_else(
        text in r"(</?(QueryList|Query|Select|Suppress)( Path='System')?/?>|\*|&lt;|&#0;|<!--|-->|<!\[CDATA\[|\]\]>| ){0,24}"
    ) {
        if let Ok(query) = Structured::parse(&text) {
            let _ = query.holds(&record(1, Log::System, Level::Error), FileTime(0));
        }
    }

    #[test]
    fn a_list_of_one_query_holds_where_the_query_does(id in 1u16..60, asked in 1u16..60) {
        let text = format!(
            "<QueryList><Query Path='System'><Select>*[System[EventID&gt;={asked}]]</Select></Query></QueryList>"
        );
        let query = Structured::parse(&text).unwrap();
        let record = record(id, Log::System, Level::Error);
        prop_assert_eq!(query.holds(&record, FileTime(0)), id >= asked);
    }
}
