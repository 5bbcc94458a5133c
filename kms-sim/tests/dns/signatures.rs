//! Signatures: whose, and by which clock.

use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, RecordType};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::update::{SentUpdate, Update, UpdateReply, add};
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::dns::zone::Zone;
use kms_sim::dns::zone::answered::Transport;

use crate::support::{NOW, SECOND, ask, key, name, zone};

fn registers(of: &str, last: u8, signer: Option<(&TsigKey, FileTime)>) -> SentUpdate {
    let changes = vec![add(&name(of), 60, RData::A(A::new(198, 18, 9, last)))];
    Update { zone: name("lab.example"), prerequisites: Vec::new(), changes }.send(7, signer)
}

fn told(zone: &mut Zone, sent: &SentUpdate) -> UpdateReply {
    let answered = zone.answer(&sent.bytes, NOW, Transport::Udp, Vec::new).unwrap();
    sent.read(&answered.bytes).expect("an answer to it")
}

fn there(zone: &mut Zone, text: &str) -> usize {
    ask(zone, text, RecordType::A).answers.len()
}

#[test]
fn an_update_by_a_clock_five_minutes_off_is_taken_and_a_second_more_is_not() {
    let mut zone = zone(Updates::Signed, Ownership::First);
    let (pc, own) = ("pc.lab.example", key("pc.lab.example"));
    for (off, result) in [
        (0_i64, Ok(())),
        (300, Ok(())),
        (-300, Ok(())),
        (301, Err(DnsFailure::BAD_TIME)),
        (-301, Err(DnsFailure::BAD_TIME)),
        (86_400, Err(DnsFailure::BAD_TIME)),
        (-13_000_000_000, Err(DnsFailure::BAD_TIME)),
    ] {
        let clock = FileTime(NOW.0.saturating_add_signed(off * 10_000_000));
        let reply = told(&mut zone, &registers(pc, 1, Some((&own, clock))));
        assert_eq!(reply.result, result, "{off} s");
        // The server's clock comes with it, in whole seconds and signed.
        let server = result.is_err().then_some(NOW);
        assert_eq!(reply.server_time, server, "{off} s");
    }
    assert_eq!(there(&mut zone, pc), 1);
    // It is the server's own clock that judges.
    let sent = registers(pc, 2, Some((&own, NOW)));
    let later = FileTime(NOW.0 + 301 * SECOND);
    let answered = zone.answer(&sent.bytes, later, Transport::Udp, Vec::new).unwrap();
    let reply = sent.read(&answered.bytes).unwrap();
    assert_eq!((reply.result, reply.server_time), (Err(DnsFailure::BAD_TIME), Some(later)));
    assert_eq!((answered.rcode, answered.key), (18, None));
}

#[test]
fn keys_are_those_of_the_realm_and_nobody_elses() {
    let mut zone = zone(Updates::Signed, Ownership::First);
    let pc = "pc.lab.example";
    let foreign = TsigKey::of_realm(&"elsewhere".parse::<Realm>().unwrap(), &name(pc));
    let reply = told(&mut zone, &registers(pc, 1, Some((&foreign, NOW))));
    assert_eq!(reply.result, Err(DnsFailure::BAD_SIGNATURE));
    // Another algorithm than the key's is another key.
    let other: TsigKey = format!("{pc}:hmac-sha512:c2VjcmV0").parse().unwrap();
    let reply = told(&mut zone, &registers(pc, 1, Some((&other, NOW))));
    assert_eq!(reply.result, Err(DnsFailure::BAD_KEY));
    assert_eq!(told(&mut zone, &registers(pc, 1, None)).result, Err(DnsFailure::REFUSED));
    assert_eq!(there(&mut zone, pc), 0);
    let mut none = support_without_realm();
    let reply = told(&mut none, &registers(pc, 1, Some((&key(pc), NOW))));
    assert_eq!(reply.result, Err(DnsFailure::BAD_KEY));
}

fn support_without_realm() -> Zone {
    let known = zone(Updates::Signed, Ownership::First);
    let mut config = known.config().clone();
    config.keys.realm = None;
    Zone::new(config)
}

#[test]
fn whoever_makes_a_name_first_keeps_it_unless_names_are_shared() {
    let (host1, host2) = (key("kms01.lab.example"), key("kms02.lab.example"));
    let shared = "shared.lab.example";
    for (ownership, second) in
        [(Ownership::First, Err(DnsFailure::REFUSED)), (Ownership::Shared, Ok(()))]
    {
        let mut zone = zone(Updates::Signed, ownership);
        let first = registers(shared, 1, Some((&host1, NOW)));
        assert_eq!(told(&mut zone, &first).result, Ok(()));
        let reply = told(&mut zone, &registers(shared, 2, Some((&host2, NOW))));
        assert_eq!(reply.result, second);
        assert_eq!(told(&mut zone, &registers(shared, 3, Some((&host1, NOW)))).result, Ok(()));
        assert_eq!(there(&mut zone, shared), if second.is_ok() { 3 } else { 2 });
        // What the administrator made is nobody else's.
        let reply = told(&mut zone, &registers("kms01.lab.example", 9, Some((&host1, NOW))));
        assert_eq!(reply.result, second);
    }
    let mut none = zone(Updates::None, Ownership::Shared);
    let reply = told(&mut none, &registers(shared, 1, Some((&host1, NOW))));
    assert_eq!(reply.result, Err(DnsFailure::REFUSED));
}

#[test]
fn only_its_own_answer_is_read_and_a_forged_one_is_not_believed() {
    let mut zone = zone(Updates::Signed, Ownership::First);
    let pc = "pc.lab.example";
    let own = key(pc);
    let sent = registers(pc, 1, Some((&own, NOW)));
    let answer = zone.answer(&sent.bytes, NOW, Transport::Udp, Vec::new).unwrap().bytes;
    let mut other = answer.clone();
    other[1] ^= 1;
    assert_eq!(sent.read(&other), None, "another id");
    assert_eq!(sent.read(&sent.bytes), None, "the question itself");
    assert_eq!(sent.read(&answer[..11]), None);
    let cut = sent.read(&answer[..answer.len() - 1]).unwrap();
    assert_eq!(cut.result, Err(DnsFailure::BadPacket));
    let mut forged = answer.clone();
    let last = forged.len() - 10;
    forged[last] ^= 1;
    assert_eq!(sent.read(&forged).unwrap().result, Err(DnsFailure::BAD_SIGNATURE));
    // Success without a signature, from somebody between the two.
    let bare = registers(pc, 1, None);
    let mut open = self::zone(Updates::Any, Ownership::Shared);
    let unsigned = open.answer(&bare.bytes, NOW, Transport::Udp, Vec::new).unwrap().bytes;
    assert_eq!(sent.read(&unsigned).unwrap().result, Err(DnsFailure::BAD_SIGNATURE));
}
