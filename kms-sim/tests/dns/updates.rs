//! Updates (RFC 2136): prerequisites, changes, and that they happen wholly or not at all.

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME, NS, TXT};
use hickory_proto::rr::{DNSClass, RData, Record, RecordType};
use kms_proto::dns::message::{read, write};
use kms_proto::dns::update::{Update, absent, add, delete, delete_all};
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::dns::nodes::MOST;
use kms_sim::dns::zone::Zone;
use kms_sim::dns::zone::answered::{Asked, Transport};

use crate::support::{NOW, answers, ask, name, zone};

fn address(number: u8) -> RData {
    RData::A(A::new(198, 18, 9, number))
}

/// Class and type of a prerequisite, its data, and the code where it does not hold.
fn prerequisite(text: &str, class: DNSClass, kind: RecordType) -> Record {
    let mut record = Record::update0(name(text), 0, kind);
    record.dns_class = class;
    record
}

fn update(zone: &mut Zone, prerequisites: Vec<Record>, changes: Vec<Record>) -> u16 {
    let update = Update { zone: name("lab.example"), prerequisites, changes };
    zone.answer(&update.send(7, None).bytes, NOW, Transport::Udp, Vec::new).unwrap().rcode
}

fn open() -> Zone {
    let mut zone = zone(Updates::Any, Ownership::Shared);
    assert_eq!(update(&mut zone, vec![], vec![add(&name("pc.lab.example"), 60, address(1))]), 0);
    zone
}

#[test]
fn every_prerequisite_holds_or_has_its_code() {
    let mut zone = open();
    let (pc, no) = ("pc.lab.example", "no.lab.example");
    let exactly = |data| add(&name(pc), 0, data);
    for (record, code) in [
        (prerequisite(pc, DNSClass::ANY, RecordType::ANY), ResponseCode::NoError),
        (prerequisite(no, DNSClass::ANY, RecordType::ANY), ResponseCode::NXDomain),
        (prerequisite(pc, DNSClass::ANY, RecordType::A), ResponseCode::NoError),
        (prerequisite(pc, DNSClass::ANY, RecordType::AAAA), ResponseCode::NXRRSet),
        (prerequisite(no, DNSClass::NONE, RecordType::ANY), ResponseCode::NoError),
        (prerequisite(pc, DNSClass::NONE, RecordType::ANY), ResponseCode::YXDomain),
        (absent(&name(pc), RecordType::AAAA), ResponseCode::NoError),
        (absent(&name(pc), RecordType::A), ResponseCode::YXRRSet),
        (exactly(address(1)), ResponseCode::NoError),
        (exactly(address(2)), ResponseCode::NXRRSet),
        (add(&name(pc), 1, address(1)), ResponseCode::FormErr),
        (prerequisite(pc, DNSClass::CH, RecordType::A), ResponseCode::FormErr),
        (prerequisite("pc.other", DNSClass::ANY, RecordType::A), ResponseCode::NotZone),
    ] {
        let told = record.to_string();
        let change = add(&name("new.lab.example"), 60, address(3));
        assert_eq!(update(&mut zone, vec![record], vec![change]), u16::from(code), "{told}");
        let there = !ask(&mut zone, "new.lab.example", RecordType::A).answers.is_empty();
        assert_eq!(there, code == ResponseCode::NoError);
        update(&mut zone, vec![], vec![delete_all(&name("new.lab.example"), RecordType::A)]);
    }
    // Both records of a set, and neither more nor fewer.
    update(&mut zone, vec![], vec![add(&name(pc), 60, address(2))]);
    for (records, code) in [
        (vec![exactly(address(1)), exactly(address(2))], 0),
        (vec![exactly(address(1))], 8),
        (vec![exactly(address(1)), exactly(address(2)), exactly(address(3))], 8),
    ] {
        assert_eq!(update(&mut zone, records, vec![]), code);
    }
}

#[test]
fn changes_come_in_their_order_and_raise_the_serial_once() {
    let mut zone = open();
    let (pc, before) = (name("pc.lab.example"), zone.serial());
    let changes = vec![
        delete_all(&pc, RecordType::A),
        add(&pc, 1200, address(4)),
        add(&pc, 1200, address(5)),
        delete(&pc, address(4)),
    ];
    assert_eq!(update(&mut zone, vec![], changes), 0);
    let answer = ask(&mut zone, "pc.lab.example", RecordType::A);
    assert_eq!(answers(&answer), ["pc.lab.example. 1200 IN A 198.18.9.5"]);
    assert_eq!(zone.serial(), before + 1);
    assert_eq!(update(&mut zone, vec![], vec![add(&pc, 1200, address(5))]), 0);
    assert_eq!(zone.serial(), before + 1, "nothing changed");
    let soa = ask(&mut zone, "lab.example", RecordType::SOA);
    assert!(answers(&soa)[0].contains(&format!(" {} ", zone.serial())), "{:?}", answers(&soa));
    assert_eq!(update(&mut zone, vec![], vec![delete_all(&pc, RecordType::ANY)]), 0);
    assert_eq!(
        ask(&mut zone, "pc.lab.example", RecordType::A).metadata.response_code,
        ResponseCode::NXDomain
    );
}

#[test]
fn what_is_not_well_formed_or_not_an_updates_to_touch_changes_nothing() {
    let mut zone = open();
    let (pc, before) = (name("pc.lab.example"), zone.serial());
    let classed = |class| {
        let mut record = add(&pc, 0, address(1));
        record.dns_class = class;
        record
    };
    let late = |class| {
        let mut record = prerequisite("pc.lab.example", class, RecordType::A);
        record.ttl = 1;
        record
    };
    for (record, code) in [
        (add(&name("pc.other.example"), 60, address(1)), ResponseCode::NotZone),
        (classed(DNSClass::CH), ResponseCode::FormErr),
        (classed(DNSClass::ANY), ResponseCode::FormErr),
        (late(DNSClass::ANY), ResponseCode::FormErr),
        (prerequisite("pc.lab.example", DNSClass::NONE, RecordType::A), ResponseCode::FormErr),
        (prerequisite("pc.lab.example", DNSClass::ANY, RecordType::AXFR), ResponseCode::FormErr),
        (delete_all(&name("lab.example"), RecordType::SOA), ResponseCode::Refused),
        (add(&pc, 60, RData::NS(NS(pc.clone()))), ResponseCode::Refused),
    ] {
        let told = record.to_string();
        let good = add(&name("new.lab.example"), 60, address(9));
        assert_eq!(update(&mut zone, vec![], vec![good, record]), u16::from(code), "{told}");
        assert_eq!(zone.serial(), before);
    }
}

#[test]
fn an_alias_stands_alone() {
    let mut zone = open();
    let alias = |to: &str| RData::CNAME(CNAME(name(to)));
    let pc = name("pc.lab.example");
    assert_eq!(update(&mut zone, vec![], vec![add(&pc, 60, alias("kms01.lab.example"))]), 0);
    assert!(ask(&mut zone, "pc.lab.example", RecordType::CNAME).answers.is_empty());
    let www = name("www.lab.example");
    for to in ["pc.lab.example", "kms01.lab.example"] {
        update(&mut zone, vec![], vec![add(&www, 60, alias(to)), add(&www, 60, address(1))]);
        let answer = ask(&mut zone, "www.lab.example", RecordType::ANY);
        assert_eq!(answers(&answer), [format!("www.lab.example. 60 IN CNAME {to}.")]);
    }
}

#[test]
fn a_zone_does_not_grow_without_bound() {
    let mut zone = open();
    let text = |number: usize| RData::TXT(TXT::new(vec![number.to_string()]));
    let mut codes = Vec::new();
    for chunk in 0..=MOST / 500 {
        let pc = name(&format!("pc{chunk}.lab.example"));
        let changes = (0..500).map(|n| add(&pc, 60, text(chunk * 500 + n))).collect();
        let update = Update { zone: name("lab.example"), prerequisites: vec![], changes };
        let bytes = update.send(7, None).bytes;
        codes.push(zone.answer(&bytes, NOW, Transport::Tcp, Vec::new).unwrap().rcode);
    }
    assert_eq!(codes.last(), Some(&5));
    assert!(zone.nodes().count() <= MOST);
}

#[test]
fn the_zone_section_is_one_and_this_zone() {
    let mut zone = open();
    let mut message = Message::new(7, MessageType::Query, OpCode::Update);
    let mut told = |message: &Message| {
        let answered = zone.answer(&write(message), NOW, Transport::Udp, Vec::new).unwrap();
        assert!(matches!(answered.asked, Asked::Update { changed: false, .. }));
        assert_eq!(read(&answered.bytes).unwrap().metadata.op_code, OpCode::Update);
        answered.rcode
    };
    assert_eq!(told(&message), 1, "none");
    message.add_query(Query::query(name("lab.example"), RecordType::A));
    assert_eq!(told(&message), 1, "not its SOA");
    message.queries = vec![Query::query(name("pc.lab.example"), RecordType::SOA)];
    assert_eq!(told(&message), 9, "no zone of this server");
    message.queries = vec![Query::query(name("lab.example"), RecordType::SOA); 2];
    assert_eq!(told(&message), 1, "two");
}
