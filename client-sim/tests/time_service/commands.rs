//! Texts of the commands, as golden files.

use client_sim::time_service::limit::Limit;
use client_sim::time_service::settings::{Role, Settings};
use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::command::{Command, Stripchart, parse};
use client_sim::w32tm::run::run;
use client_sim::w32tm::target::Target;
use kms_proto::kms::hresult::HResult;
use kms_proto::ntp::packet::{Mode, Packet};
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::wire::{Order, Wire};

use crate::golden;
use crate::lab::{Lab, Server};

const ALL: [&str; 6] = [
    "w32tm /query /source",
    "w32tm /query /status",
    "w32tm /query /status /verbose",
    "w32tm /query /peers",
    "w32tm /query /peers /verbose",
    "w32tm /query /configuration",
];

#[test]
fn what_a_member_shows() {
    let mut lab = Lab::booted("+3s", Settings::default());
    lab.pass("2h");
    golden::assert("member.txt", &lab.transcript(&ALL));
}

#[test]
fn what_a_stand_alone_computer_shows() {
    let peers = "time.lab.example,0x8 nowhere.lab.example,0x9";
    let mut lab = Lab::booted("-40s", Settings::stand_alone(peers));
    lab.pass("5m");
    golden::assert("stand_alone.txt", &lab.transcript(&ALL));
}

#[test]
fn what_a_domain_controller_shows() {
    let settings = Settings {
        role: Role::DomainController { first: true },
        announce_flags: 5,
        ..Settings::stand_alone("time.lab.example")
    };
    let mut lab = Lab::booted("0", settings);
    lab.pass("5m");
    golden::assert("controller.txt", &lab.transcript(&ALL));
}

#[test]
fn what_a_service_without_time_shows() {
    let mut lab = Lab::new("0", Settings::default());
    lab.domain.as_mut().unwrap().silent = true;
    lab.start();
    lab.pass("1m");
    let mut text = lab.transcript(&["w32tm /query /status /verbose", "w32tm /query /peers"]);
    lab.domain = None;
    lab.pass("20m");
    text += &lab.transcript(&["w32tm /resync /rediscover", "w32tm /query /status /verbose"]);
    golden::assert("without_time.txt", &text);
}

#[test]
fn every_end_of_a_resynchronisation() {
    let mut text = String::new();
    let limited = || Settings { max_positive: Some(Limit(60)), ..Settings::default() };
    let mut good = Lab::booted("0", Settings::default());
    good.pass("1m");
    good.bump(3_600_000_000_000);
    text += &good.transcript(&["w32tm /resync /nowait", "w32tm /resync"]);
    assert_eq!(good.off(), 0);
    // It had time before, and has none that is new.
    good.domain.as_mut().unwrap().silent = true;
    text += &good.transcript(&["w32tm /resync"]);
    let mut far = Lab::booted("-2h", limited());
    text += &far.transcript(&["w32tm /resync"]);
    let mut alone = Lab::booted("0", Settings::default());
    alone.domain = None;
    text += &alone.transcript(&["w32tm /resync"]);
    golden::assert("resync.txt", &text);

    // Stopped while it waits: whoever waits is told.
    let mut lab = Lab::booted("0", Settings::default());
    let acts = lab.service.resync(lab.now, lab.clock.peek(lab.now).wall, false);
    lab.act(acts);
    let outcome = lab.service.stop().unwrap();
    assert!(outcome.text().ends_with("because the time service was shutting down."));
    assert_eq!(outcome.number(), 4);
}

#[test]
fn a_stopped_service_and_the_service_commands() {
    let mut lab = Lab::new("0", Settings::default());
    let lines = [
        "net stop w32time",
        "w32tm /query /status",
        "w32tm /resync",
        "w32tm /config /update",
        "w32tm /config /manualpeerlist:time.lab.example,0x8 /syncfromflags:manual",
        "net start w32time",
        "net start w32time",
        "w32tm /query /source",
        "w32tm /config /syncfromflags:domhier",
        "w32tm /query /source",
        "w32tm /config /update",
        "net stop w32time",
        "net pause w32time",
        "net start spooler",
    ];
    golden::assert("service.txt", &lab.transcript(&lines));
}

#[test]
fn every_setting_is_taken_over() {
    let mut lab = Lab::booted("0", Settings::default());
    let line = "w32tm /config /syncfromflags:manual,domhier /manualpeerlist:a.lab.example,0x8 \
                /reliable:yes /largephaseoffset:120000 /localclockdispersion:5 /update";
    let line: Vec<&str> = line.split_whitespace().collect();
    let text = lab.transcript(&[&line.join(" "), "w32tm /query /configuration"]);
    for part in [
        "Type: AllSync (Local)",
        "NtpServer: a.lab.example,0x8 (Local)",
        "AnnounceFlags: 5 (Local)",
        "LargePhaseOffset: 1200000000 (Local)",
        "LocalClockDispersion: 5 (Local)",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn dates_and_wrong_lines() {
    let mut lab = Lab::new("0", Settings::default());
    let lines = [
        "w32tm /?",
        "w32tm /tz",
        "w32tm /ntte 127437408000000000",
        "w32tm /ntte 0x1dc7af8b3c84d00",
        "w32tm /ntpte 0xed004d0080000000",
        "w32tm /ntpte 1",
        "w32tm /ntte yesterday",
        "w32tm /reboot",
        "w32tm /resync /now",
        "w32tm /query",
        "w32tm /stripchart",
        "w32tm /dumpreg",
        "w32tm /register",
    ];
    golden::assert("dates.txt", &lab.transcript(&lines));
}

#[test]
fn without_rights_only_looking_elsewhere_is_allowed() {
    for (line, allowed) in [
        ("/tz", true),
        ("/ntte 0", true),
        ("/?", true),
        ("/stripchart /computer:dc", true),
        ("/query /status", false),
        ("/resync", false),
        ("/config /update", false),
    ] {
        let command = parse(&line.split(' ').collect::<Vec<_>>()).unwrap();
        let mut lab = Lab::booted("0", Settings::default());
        let wall = lab.clock.peek(lab.now).wall;
        let target = &mut Target { service: &mut lab.service, now: lab.now, wall, elevated: false };
        let reply = run(&command, target);
        assert_eq!(reply.code == HResult::OK, allowed, "{line}");
        if !allowed {
            let denied = "The following error occurred: Access is denied. (0x80070005)\n";
            assert_eq!(reply.text, denied);
        }
    }
}

#[test]
fn charts() {
    let wall = FileTime(134_116_998_000_000_000);
    let mut text = String::new();
    for data_only in [true, false] {
        let computer = "DC01.lab.example".to_owned();
        let mut chart = Chart::new(Stripchart { computer, period: 2, data_only, samples: Some(5) });
        text += &chart.head("10.0.0.10:123".parse().unwrap(), wall);
        for off in [0, 9_583, -68_294_511_649, 25_000_000] {
            let there = FileTime(wall.0.checked_add_signed(off + 100).unwrap());
            let answer = Packet {
                stratum: 1,
                origin: Timestamp::of(wall),
                receive: Timestamp::of(there),
                ..Packet::request(Chart::request(wall).version, Mode::SERVER, Timestamp::of(there))
            };
            let bytes = answer.to_bytes(Order::Big);
            text += &chart.line(wall, Some((&bytes, wall.later(200))));
        }
        assert!(!chart.is_over());
        text += &chart.line(wall, None);
        assert!(chart.is_over());
    }
    text += &Chart::not_found().text;
    golden::assert("charts.txt", &text);
    let command = parse(&["/stripchart", "/computer:dc"]).unwrap();
    let Command::Stripchart(endless) = command else { panic!("{command:?}") };
    assert!(!Chart::new(endless).is_over());
    let _ = Server::new("dc", "10.0.0.1:123", "0");
}
