//! A zone to ask, and the words to ask it in.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::message::{question, read, write};
use kms_proto::dns::name::domain;
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_sim::dns::guard::{Keys, Ownership, Updates};
use kms_sim::dns::zone::answered::Transport;
use kms_sim::dns::zone::{Zone, ZoneConfig};

/// 2026-01-01 00:10:00 UTC.
pub(crate) const NOW: FileTime = FileTime(134_116_998_000_000_000);

/// Ticks in a second.
pub(crate) const SECOND: u64 = 10_000_000;

pub(crate) fn name(text: &str) -> Name {
    domain(text).unwrap()
}

pub(crate) fn key(text: &str) -> TsigKey {
    TsigKey::of_realm(&Realm::default(), &name(text))
}

/// `lab.example` with a host kms01, which is at 198.18.0.1 and listens on 1688.
pub(crate) fn zone(updates: Updates, ownership: Ownership) -> Zone {
    let keys = Keys { realm: Some(Realm::default()), given: Vec::new() };
    let (origin, server) = (name("lab.example"), name("dc.lab.example"));
    let mut zone = Zone::new(ZoneConfig { origin, server, updates, ownership, keys });
    zone.add_address(&name("dc.lab.example"), "198.18.255.53".parse().unwrap());
    zone.add_address(&name("kms01.lab.example"), "198.18.0.1".parse().unwrap());
    zone.add_address(&name("kms01.lab.example"), "2001:db8::1".parse().unwrap());
    zone
}

/// Asks, over TCP, and reads the answer.
pub(crate) fn ask(zone: &mut Zone, text: &str, kind: RecordType) -> Message {
    let bytes = write(&question(7, &name(text), kind));
    let answered = zone.answer(&bytes, NOW, Transport::Tcp, Vec::new).unwrap();
    read(&answered.bytes).unwrap()
}

pub(crate) fn code(message: &Message) -> ResponseCode {
    message.metadata.response_code
}

/// The answers, as people write them.
pub(crate) fn answers(message: &Message) -> Vec<String> {
    message.answers.iter().map(ToString::to_string).collect()
}
