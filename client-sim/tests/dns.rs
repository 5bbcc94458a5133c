//! What a machine makes of DNS's answers, and that it registers itself by its own clock.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may unwrap")]

use client_sim::dns::lookup::{Found, Heard, Lookup};
use client_sim::dns::register::Registration;
use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, SRV};
use hickory_proto::rr::{Name, RData, Record};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::message::{read, write};
use kms_proto::dns::name::domain;
use kms_proto::dns::tsig::{Signature, seconds};
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use proptest::prelude::*;

fn name(text: &str) -> Name {
    domain(text).unwrap()
}

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> RData {
    let target = if target == "." { Name::root() } else { name(target) };
    RData::SRV(SRV::new(priority, weight, port, target))
}

/// The answer to a look-up, with these records in it.
fn answer(lookup: &Lookup, code: ResponseCode, records: &[(&str, RData)]) -> Message {
    let mut message = read(&lookup.query()).unwrap();
    message.metadata.message_type = MessageType::Response;
    message.metadata.response_code = code;
    for (owner, data) in records {
        message.add_answer(Record::from_rdata(name(owner), 60, data.clone()));
    }
    message
}

fn found(heard: Heard) -> Found {
    match heard {
        Heard::Found(found) => found,
        other => panic!("{other:?}"),
    }
}

const HOSTS: &str = "_vlmcs._tcp.lab.example";

#[test]
fn the_question_is_for_the_hosts_of_a_suffix() {
    let lookup = Lookup::hosts("lab.example", 0x1234).unwrap();
    let question = read(&lookup.query()).unwrap();
    assert_eq!((question.metadata.id, question.metadata.recursion_desired), (0x1234, true));
    assert_eq!(question.queries[0].to_string(), "_vlmcs._tcp.lab.example. IN SRV");
    for blank in ["", ".", " ", "lab example", "a..b"] {
        assert_eq!(Lookup::hosts(blank, 1), Err(DnsFailure::InvalidName), "{blank:?}");
    }
}

#[test]
fn hosts_and_the_addresses_sent_along_are_read() {
    let lookup = Lookup::hosts("lab.example", 1).unwrap();
    let records = [
        (HOSTS, srv(10, 5, 1688, "kms02.lab.example")),
        (HOSTS, srv(0, 0, 4711, "KMS01.lab.example")),
        (HOSTS, srv(0, 0, 1688, ".")),
        ("else.example", srv(0, 0, 1688, "stray.example")),
    ];
    let mut message = answer(&lookup, ResponseCode::NoError, &records);
    for data in
        [RData::A(A::new(198, 18, 0, 1)), RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))]
    {
        message.add_additional(Record::from_rdata(name("kms01.lab.example"), 60, data));
    }
    let found = found(lookup.read(&write(&message)));
    let hosts: Vec<String> = found.records.iter().map(|srv| srv.target.to_string()).collect();
    assert_eq!(hosts, ["kms02.lab.example:1688", "KMS01.lab.example:4711"]);
    assert_eq!((found.records[0].priority, found.records[0].weight, found.ttl), (10, 5, 60));
    let addresses: Vec<String> =
        found.addresses_of("kms01.LAB.example.").iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["198.18.0.1", "2001:db8::1"]);
    assert!(found.addresses_of("kms02.lab.example").is_empty());
}

#[test]
fn what_dns_does_not_say_has_windows_code() {
    let lookup = Lookup::hosts("lab.example", 1).unwrap();
    for (code, shown) in [
        (ResponseCode::NXDomain, "0x8007232B"),
        (ResponseCode::NoError, "0x8007251D"),
        (ResponseCode::ServFail, "0x8007232A"),
        (ResponseCode::Refused, "0x8007232D"),
        (ResponseCode::FormErr, "0x80072329"),
    ] {
        let heard = lookup.read(&write(&answer(&lookup, code, &[])));
        let Heard::Nothing(failure) = heard else { panic!("{heard:?}") };
        assert_eq!(failure.code().to_string(), shown, "{code}");
    }
    // The root alone says that there is no such service.
    let none = answer(&lookup, ResponseCode::NoError, &[(HOSTS, srv(0, 0, 1688, "."))]);
    assert_eq!(lookup.read(&write(&none)), Heard::Nothing(DnsFailure::NoRecords));
}

#[test]
fn only_its_own_answer_ends_the_waiting() {
    let lookup = Lookup::hosts("lab.example", 1).unwrap();
    let good =
        answer(&lookup, ResponseCode::NoError, &[(HOSTS, srv(0, 0, 1688, "kms01.lab.example"))]);
    let bytes = write(&good);
    let other = Lookup::hosts("other.example", 1).unwrap();
    let another = Lookup::hosts("lab.example", 2).unwrap();
    let address = Lookup::ipv4(HOSTS, 1).unwrap();
    for lookup in [&other, &another, &address] {
        assert_eq!(lookup.read(&bytes), Heard::NotMine);
    }
    assert_eq!(lookup.read(&lookup.query()), Heard::NotMine, "the question itself");
    assert_eq!(lookup.read(&bytes[..11]), Heard::NotMine);
    let cut = lookup.read(&bytes[..bytes.len() - 1]);
    assert_eq!(cut, Heard::Nothing(DnsFailure::BadPacket));
    assert_eq!(lookup.read(&write(&good.truncate())), Heard::Truncated);
}

#[test]
fn addresses_are_found_behind_aliases() {
    let lookup = Lookup::ipv4("kms.lab.example", 1).unwrap();
    let records = [
        ("kms01.lab.example", RData::A(A::new(198, 18, 0, 1))),
        ("kms.lab.example", RData::CNAME(CNAME(name("kms01.lab.example")))),
        ("stray.example", RData::A(A::new(198, 18, 0, 9))),
    ];
    let found = found(lookup.read(&write(&answer(&lookup, ResponseCode::NoError, &records))));
    assert_eq!(
        found.addresses_of("kms.lab.example"),
        ["198.18.0.1".parse::<std::net::IpAddr>().unwrap()]
    );
    let round = [("kms.lab.example", RData::CNAME(CNAME(name("kms.lab.example"))))];
    let heard = lookup.read(&write(&answer(&lookup, ResponseCode::NoError, &round)));
    assert_eq!(heard, Heard::Nothing(DnsFailure::NoRecords));
    let six = Lookup::ipv6("kms.lab.example", 1).unwrap();
    let heard = six.read(&write(&answer(&six, ResponseCode::NoError, &records)));
    assert_eq!(heard, Heard::Nothing(DnsFailure::NoRecords));
}

#[test]
fn a_machine_registers_by_its_own_clock() {
    let own = TsigKey::of_realm(&Realm::default(), &name("pc.lab.example"));
    let registration = Registration {
        name: name("pc.lab.example"),
        zone: name("lab.example"),
        addresses: vec!["198.18.1.1".parse().unwrap(), "2001:db8::1".parse().unwrap()],
    };
    let wrong = FileTime(129_000_000_000_000_000);
    let sent = registration.send(5, Some(&own), wrong);
    let message = read(&sent.bytes).unwrap();
    let signature = Signature::of(&message).unwrap();
    assert_eq!(signature.data.time, seconds(wrong));
    assert!(signature.is_by(&own, &sent.bytes, None));
    let changes: Vec<String> = message.authorities.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "pc.lab.example. 0 ANY A UPDATE",
            "pc.lab.example. 0 ANY AAAA UPDATE",
            "pc.lab.example. 1200 IN A 198.18.1.1",
            "pc.lab.example. 1200 IN AAAA 2001:db8::1",
        ]
    );
    assert_eq!(message.answers[0].to_string(), "pc.lab.example. 0 NONE CNAME UPDATE");
    assert!(Signature::of(&read(&registration.send(5, None, wrong).bytes).unwrap()).is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let lookup = Lookup::hosts("lab.example", 1).unwrap();
        let _ = lookup.read(&bytes);
        let registration =
            Registration { name: name("pc.lab.example"), zone: name("lab.example"), addresses: vec![] };
        let sent = registration.send(1, None, FileTime(0));
        let _ = sent.read(&bytes);
    }

    #[test]
    fn bent_answers_are_answers_or_not(
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let lookup = Lookup::hosts("lab.example", 1).unwrap();
        let records = [
            (HOSTS, srv(0, 0, 1688, "kms01.lab.example")),
            (HOSTS, RData::CNAME(CNAME(name("kms.lab.example")))),
        ];
        let mut bytes = write(&answer(&lookup, ResponseCode::NoError, &records));
        for (place, value) in bends {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = lookup.read(&bytes);
    }
}
