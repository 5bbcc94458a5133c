//! DNS: whatever the bytes, the zone answers or is silent and stays whole, and a client reads on.

use client_sim::dns::lookup::Lookup;
use client_sim::dns::register::Registration;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::message::read;
use kms_proto::dns::name::domain;
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_sim::dns::guard::{Keys, Ownership, Updates};
use kms_sim::dns::publish::{Publication, PublishIn};
use kms_sim::dns::zone::answered::Transport;
use kms_sim::dns::zone::{Zone, ZoneConfig};

use super::input::Input;

/// 2026-01-01 00:10:00 UTC.
const NOW: FileTime = FileTime(134_116_998_000_000_000);

/// The first byte chooses: bit 0 the transport, bit 1 a whole update before the bytes, bit 2 bends
/// the bytes into that update in the place of standing alone.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.u8();
    let transport = if choices & 1 == 0 { Transport::Udp } else { Transport::Tcp };
    let (Ok(origin), Ok(server), Ok(host)) =
        (domain("lab.example"), domain("ns.lab.example"), domain("kms01.lab.example"))
    else {
        return;
    };
    let keys = Keys { realm: Some(Realm::default()), given: Vec::new() };
    let (updates, ownership) = (Updates::Any, Ownership::Shared);
    let config = ZoneConfig { origin: origin.clone(), server, updates, ownership, keys };
    let mut zone = Zone::new(config);
    zone.add_host((0, 0, 1688), host.clone());

    let key = TsigKey::of_realm(&Realm::default(), &host);
    let place = PublishIn { domain: origin.clone(), priority: 0, weight: 0 };
    let publication = Publication { place, host: host.clone(), port: 1689 };
    let sent = publication.send(1, Some(&key), NOW);
    let whole = sent.as_ref().map_or(&[][..], |sent| &sent.bytes);
    if choices & 2 != 0 {
        let _ = zone.answer(whole, NOW, transport, Vec::new);
    }
    let message = if choices & 4 == 0 { input.rest().to_vec() } else { bent(whole, &mut input) };
    if let Some(answered) = zone.answer(&message, NOW, transport, Vec::new) {
        assert!(read(&answered.bytes).is_ok(), "the answer cannot be read");
        assert_eq!(answered.bytes.get(..2), message.get(..2), "the id does not come back");
        let room = if transport == Transport::Udp { 1232 } else { 65_535 };
        assert!(answered.bytes.len() <= room, "{} bytes", answered.bytes.len());
    }
    for (name, ..) in zone.nodes().records() {
        assert!(origin.zone_of(name), "{name} is not of the zone");
    }

    if let Ok(lookup) = Lookup::hosts("lab.example", 1) {
        let _ = lookup.read(&message);
    }
    let registration = Registration { name: host, zone: origin, addresses: Vec::new() };
    let _ = registration.send(1, Some(&key), NOW).read(&message);
    if let Some(sent) = sent {
        let _ = sent.read(&message);
    }
}

/// The update with bytes of it changed: pairs of a place and a value.
fn bent(whole: &[u8], input: &mut Input<'_>) -> Vec<u8> {
    let mut message = whole.to_vec();
    for _ in 0..16 {
        if input.is_spent() {
            break;
        }
        let (place, value) = (usize::from(input.u16()), input.u8());
        let place = place.checked_rem(message.len()).unwrap_or(0);
        if let Some(byte) = message.get_mut(place) {
            *byte = value;
        }
    }
    message
}
