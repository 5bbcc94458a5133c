//! A host publishes itself.

use hickory_proto::rr::RecordType;
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::dns::publish::{Publication, result};
use kms_sim::dns::zone::Zone;
use kms_sim::dns::zone::answered::Transport;

use crate::support::{NOW, answers, ask, key, name, zone};

fn publication(host: &str, place: &str) -> Publication {
    Publication { place: place.parse().unwrap(), host: name(host), port: 1688 }
}

fn publishes(zone: &mut Zone, host: &str, place: &str) -> String {
    let own = key(host);
    let sent = publication(host, place).send(9, Some(&own), NOW).unwrap();
    let answered = zone.answer(&sent.bytes, NOW, Transport::Udp, Vec::new).unwrap();
    result(true, sent.read(&answered.bytes).unwrap().result.err()).to_string()
}

#[test]
fn the_first_host_owns_the_record_and_the_second_gets_0x80072338() {
    let mut zone = zone(Updates::Signed, Ownership::First);
    assert_eq!(publishes(&mut zone, "kms01.lab.example", "lab.example, 10, 20"), "0x0");
    assert_eq!(publishes(&mut zone, "kms01.lab.example", "lab.example, 10, 20"), "0x0", "daily");
    assert_eq!(publishes(&mut zone, "kms02.lab.example", "lab.example"), "0x80072338");
    let answer = ask(&mut zone, "_vlmcs._tcp.lab.example", RecordType::SRV);
    assert_eq!(
        answers(&answer),
        ["_vlmcs._tcp.lab.example. 3600 IN SRV 10 20 1688 kms01.lab.example."]
    );
    assert_eq!(publishes(&mut zone, "kms01.lab.example", "other.example"), "0x80072331");
    let gone = publication("kms01.lab.example", "lab.example, 10, 20");
    let sent = gone.withdraw(9, Some(&key("kms01.lab.example")), NOW).unwrap();
    zone.answer(&sent.bytes, NOW, Transport::Udp, Vec::new).unwrap();
    assert!(ask(&mut zone, "_vlmcs._tcp.lab.example", RecordType::SRV).answers.is_empty());
}

#[test]
fn hosts_that_were_given_permission_stand_beside_one_another() {
    let mut zone = zone(Updates::Signed, Ownership::Shared);
    for host in ["kms01.lab.example", "kms02.lab.example"] {
        assert_eq!(publishes(&mut zone, host, "lab.example"), "0x0");
    }
    assert_eq!(ask(&mut zone, "_vlmcs._tcp.lab.example", RecordType::SRV).answers.len(), 2);
}
