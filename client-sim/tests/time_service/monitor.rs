//! What `w32tm /monitor` prints of computers that answer, are silent, or are not there.

use std::net::Ipv4Addr;

use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::monitor::{Computer, Found, no_domain, text};
use kms_proto::ntp::packet::{Mode, Packet};
use kms_proto::ntp::reference_id::ReferenceId;
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};

use crate::golden;

const ASKED: FileTime = FileTime(134_116_998_000_000_000);

/// A computer whose clock is so many ticks ahead, and whose answer took 2 ms.
fn computer(name: &str, last: u8, ahead: i64, stratum: u8, id: ReferenceId) -> Computer {
    let ticks = ASKED.0.checked_add_signed(ahead + 10_000).unwrap();
    let time = Timestamp::of(FileTime(ticks));
    let question = Chart::request(ASKED);
    let answer = Packet {
        stratum,
        reference_id: id,
        origin: question.transmit,
        receive: time,
        ..Packet::request(question.version, Mode::SERVER, time)
    };
    let address = (Ipv4Addr::new(10, 0, 0, last), 123).into();
    let bytes = answer.to_bytes(Order::Big);
    let came = ASKED.later(20_000);
    let found = Found::answer(address, Nanos(2_000_000), ASKED, Some((&bytes, came)));
    Computer { name: name.to_owned(), first: false, found }
}

#[test]
fn computers_that_answer_are_silent_or_are_not_there() {
    let from = |last| ReferenceId::from(Ipv4Addr::new(10, 0, 0, last));
    let silent = Found::Silent { address: (Ipv4Addr::new(10, 0, 0, 14), 123).into() };
    let named = |name: &str, found| Computer { name: name.to_owned(), first: false, found };
    let mut computers = vec![
        computer("dc1.corp.example", 10, 12_345_678, 1, ReferenceId::LOCAL),
        computer("dc2.corp.example", 11, 12_282_649, 2, from(10)),
        computer("dc3.corp.example", 12, -864_000_000_000, 3, from(99)),
        computer("dc4.corp.example", 13, 0, 0, ReferenceId::INIT),
        named("dc5.corp.example", silent),
        named("dc6.corp.example", Found::Nobody),
    ];
    let name_of = |address: Ipv4Addr| {
        let known = address == Ipv4Addr::new(10, 0, 0, 10);
        known.then(|| "dc1.corp.example".to_owned())
    };
    let by_own_clock = text(&computers, name_of);
    computers[0].first = true;
    let by_the_first = text(&computers, name_of);
    let none = no_domain();
    let all = format!("{by_the_first}\n{by_own_clock}\n{}[{}]\n", none.text, none.code);
    golden::assert("monitor.txt", &all);
    // An answer to another question is none.
    let Found::Answer { address, packet, .. } = computers[0].found else { panic!() };
    let bytes = packet.to_bytes(Order::Big);
    let other = ASKED.later(1);
    let found = Found::answer(address, Nanos(0), other, Some((&bytes, other)));
    assert_eq!(found, Found::Silent { address });
}
