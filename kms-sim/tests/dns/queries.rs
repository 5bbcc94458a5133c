//! Questions: what is there, what is not, and what does not fit.

use hickory_proto::op::{Edns, OpCode, ResponseCode};
use hickory_proto::rr::rdata::CNAME;
use hickory_proto::rr::{RData, RecordType};
use kms_proto::dns::message::{question, read, write};
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::dns::zone::answered::{Asked, Transport};
use kms_sim::fault::kind::dns::DnsKind;

use crate::support::{NOW, answers, ask, code, name, zone};

#[test]
fn hosts_come_with_their_addresses() {
    let mut zone = zone(Updates::None, Ownership::First);
    zone.add_host((0, 0, 1688), name("kms01.lab.example"));
    let answer = ask(&mut zone, "_VLMCS._tcp.LAB.example", RecordType::SRV);
    assert_eq!(code(&answer), ResponseCode::NoError);
    assert!(answer.metadata.authoritative);
    assert_eq!(
        answers(&answer),
        ["_VLMCS._tcp.LAB.example. 3600 IN SRV 0 0 1688 kms01.lab.example."]
    );
    let along: Vec<String> = answer.additionals.iter().map(ToString::to_string).collect();
    assert_eq!(
        along,
        ["kms01.lab.example. 3600 IN A 198.18.0.1", "kms01.lab.example. 3600 IN AAAA 2001:db8::1"]
    );
}

#[test]
fn what_is_not_there_is_no_name_or_no_record() {
    let mut zone = zone(Updates::None, Ownership::First);
    let srv = "_vlmcs._tcp.lab.example";
    for (text, kind, expected) in [
        (srv, RecordType::SRV, ResponseCode::NXDomain),
        ("kms01.lab.example", RecordType::SRV, ResponseCode::NoError),
        ("other.example", RecordType::A, ResponseCode::Refused),
        ("lab.example", RecordType::AXFR, ResponseCode::Refused),
    ] {
        let answer = ask(&mut zone, text, kind);
        assert_eq!(code(&answer), expected, "{text}");
        assert!(answer.answers.is_empty());
        let soa = answer.authorities.iter().any(|r| r.record_type() == RecordType::SOA);
        assert_eq!(soa, expected != ResponseCode::Refused);
    }
    zone.add_host((0, 0, 1688), name("kms01.lab.example"));
    // A name between the zone and one that has records exists and has none.
    let between = ask(&mut zone, "_tcp.lab.example", RecordType::SRV);
    assert_eq!((code(&between), between.answers.len()), (ResponseCode::NoError, 0));
    let any = ask(&mut zone, "kms01.lab.example", RecordType::ANY);
    assert_eq!(any.answers.len(), 2);
}

#[test]
fn a_server_that_resolves_for_its_clients_knows_no_other_zone() {
    let mut zone = zone(Updates::None, Ownership::First);
    zone.resolve_others();
    for (text, kind, expected) in [
        ("_vlmcs._tcp.other.example", RecordType::SRV, ResponseCode::NXDomain),
        ("_vlmcs._tcp.lab.example", RecordType::SRV, ResponseCode::NXDomain),
        ("kms01.lab.example", RecordType::A, ResponseCode::NoError),
        ("other.example", RecordType::AXFR, ResponseCode::Refused),
    ] {
        let answer = ask(&mut zone, text, kind);
        assert_eq!(code(&answer), expected, "{text}");
        let ours = text.ends_with("lab.example");
        let (own, resolves) = (answer.metadata.authoritative, answer.metadata.recursion_available);
        assert_eq!((own, resolves), (ours, true), "{text}");
    }
}

#[test]
fn aliases_are_followed_within_the_zone_and_end_where_they_go_round() {
    let mut zone = zone(Updates::None, Ownership::First);
    let alias = |to: &str| RData::CNAME(CNAME(name(to)));
    zone.add(&name("kms.lab.example"), alias("kms01.lab.example"));
    zone.add(&name("far.lab.example"), alias("kms.other.example"));
    zone.add(&name("round.lab.example"), alias("round.lab.example"));
    let answer = ask(&mut zone, "kms.lab.example", RecordType::A);
    assert_eq!(
        answers(&answer),
        [
            "kms.lab.example. 3600 IN CNAME kms01.lab.example.",
            "kms01.lab.example. 3600 IN A 198.18.0.1"
        ]
    );
    assert_eq!(ask(&mut zone, "far.lab.example", RecordType::A).answers.len(), 1);
    assert!(ask(&mut zone, "round.lab.example", RecordType::A).answers.len() < 20);
}

#[test]
fn what_does_not_fit_into_a_datagram_says_so() {
    let mut zone = zone(Updates::None, Ownership::First);
    for number in 0..60 {
        zone.add_host((0, number, 1688), name("kms01.lab.example"));
    }
    let mut plain = question(7, &name("_vlmcs._tcp.lab.example"), RecordType::SRV);
    for room in [None, Some(512), Some(1232), Some(65_535)] {
        plain.edns = room.map(|room| {
            let mut edns = Edns::new();
            edns.set_max_payload(room);
            edns
        });
        let bytes = write(&plain);
        let short = zone.answer(&bytes, NOW, Transport::Udp, Vec::new).unwrap();
        assert!(short.bytes.len() <= usize::from(room.unwrap_or(512).min(1232)));
        let short = read(&short.bytes).unwrap();
        assert!(short.metadata.truncation && short.answers.is_empty());
        let whole = zone.answer(&bytes, NOW, Transport::Tcp, Vec::new).unwrap();
        assert_eq!(read(&whole.bytes).unwrap().answers.len(), 60);
    }
}

#[test]
fn only_whole_questions_are_answered() {
    let mut zone = zone(Updates::None, Ownership::First);
    let good = write(&question(7, &name("lab.example"), RecordType::SOA));
    let mut ask = |bytes: &[u8]| {
        let answered = zone.answer(bytes, NOW, Transport::Udp, Vec::new);
        answered.map(|answered| (answered.rcode, answered.asked == Asked::Odd))
    };
    assert_eq!(ask(&good), Some((0, false)));
    assert_eq!(ask(&good[..good.len() - 1]), Some((1, true)), "cut");
    assert_eq!(ask(&good[..11]), None, "no header");
    let mut response = good.clone();
    response[2] |= 0x80;
    assert_eq!(ask(&response), None, "an answer");
    let mut notify = good.clone();
    notify[2] = (notify[2] & 0x87) | (4 << 3);
    assert_eq!(ask(&notify), Some((4, true)), "NOTIFY");
    let mut none = question(7, &name("lab.example"), RecordType::SOA);
    none.queries.clear();
    assert_eq!(ask(&write(&none)), Some((1, true)), "no question");
    let mut later = question(7, &name("lab.example"), RecordType::SOA);
    later.edns.as_mut().unwrap().set_version(1);
    assert_eq!(ask(&write(&later)), Some((16, false)), "EDNS of another version");
    let odd = OpCode::from_u8(9);
    let mut unknown = good;
    unknown[2] = u8::from(odd) << 3;
    assert_eq!(ask(&unknown), Some((4, true)));
}

#[test]
fn faults_bend_answers_for_hosts_and_no_others() {
    let mut zone = zone(Updates::None, Ownership::First);
    zone.add_host((0, 0, 1688), name("kms01.lab.example"));
    zone.add_host((10, 0, 1688), name("kms02.lab.example"));
    let hosts = write(&question(7, &name("_vlmcs._tcp.lab.example"), RecordType::SRV));
    let mut bent = |kind: DnsKind| {
        let answered = zone.answer(&hosts, NOW, Transport::Udp, || vec![kind]).unwrap();
        let message = read(&answered.bytes).unwrap();
        let short = |text: String| text.rsplit("SRV ").next().unwrap().to_owned();
        (answered.rcode, answers(&message).into_iter().map(short).collect::<Vec<_>>().join("; "))
    };
    let good = "0 0 1688 kms01.lab.example.; 10 0 1688 kms02.lab.example.";
    for (kind, rcode, text) in [
        (DnsKind::Nxdomain {}, 3, ""),
        (DnsKind::Servfail {}, 2, ""),
        (DnsKind::Empty {}, 0, ""),
        (DnsKind::WrongPort { port: 9 }, 0, "0 0 9 kms01.lab.example.; 10 0 9 kms02.lab.example."),
        (
            DnsKind::DeadFirst { n: 1 },
            0,
            "0 0 1688 gone.kms01.lab.example.; 10 0 1688 kms02.lab.example.",
        ),
        (
            DnsKind::Weights { weights: vec![5] },
            0,
            "0 5 1688 kms01.lab.example.; 10 5 1688 kms02.lab.example.",
        ),
        (DnsKind::Weights { weights: vec![] }, 0, good),
    ] {
        assert_eq!(bent(kind.clone()), (rcode, text.to_owned()), "{kind:?}");
    }
    let other = write(&question(7, &name("kms01.lab.example"), RecordType::A));
    let answered = zone.answer(&other, NOW, Transport::Udp, || vec![DnsKind::Servfail {}]).unwrap();
    assert_eq!(answered.rcode, 0);
}
