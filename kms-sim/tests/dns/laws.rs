//! Laws: whatever the bytes, the zone answers or is silent, and stays whole.

use hickory_proto::rr::RecordType;
use kms_proto::dns::message::{question, read, write};
use kms_sim::dns::guard::{Ownership, Updates};
use kms_sim::dns::publish::Publication;
use kms_sim::dns::zone::answered::Transport;
use proptest::prelude::*;

use crate::support::{NOW, key, name, zone};

/// Messages of every kind, whole.
fn whole() -> Vec<Vec<u8>> {
    let host = "kms01.lab.example";
    let publication =
        Publication { place: "lab.example".parse().unwrap(), host: name(host), port: 1688 };
    let own = key(host);
    vec![
        write(&question(7, &name("_vlmcs._tcp.lab.example"), RecordType::SRV)),
        publication.send(7, None, NOW).unwrap().bytes,
        publication.send(7, Some(&own), NOW).unwrap().bytes,
        publication.withdraw(7, Some(&own), NOW).unwrap().bytes,
    ]
}

fn holds(bytes: &[u8]) -> Result<(), TestCaseError> {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut zone = zone(Updates::Any, Ownership::Shared);
        let Some(answered) = zone.answer(bytes, NOW, transport, Vec::new) else { continue };
        prop_assert_eq!(&answered.bytes[..2], &bytes[..2], "the id comes back");
        prop_assert!(answered.bytes[2] & 0x80 != 0, "it is an answer");
        prop_assert!(read(&answered.bytes).is_ok());
        if transport == Transport::Udp {
            prop_assert!(answered.bytes.len() <= 1232);
        }
        let names = zone.nodes().records().all(|(name, ..)| zone.config().origin.zone_of(name));
        prop_assert!(names, "only names of the zone");
        let soa = zone.nodes().set(&zone.config().origin, RecordType::SOA);
        prop_assert_eq!(soa.map(|soa| soa.data.len()), Some(1));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        holds(&bytes)?;
    }

    #[test]
    fn whole_messages_bent(
        which in 0..4_usize,
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = whole().swap_remove(which);
        for (place, value) in bends {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        holds(&bytes)?;
    }

    #[test]
    fn a_record_of_any_type_with_any_data(
        kind in any::<u16>(),
        class in prop_oneof![Just(1_u16), Just(254), Just(255), any::<u16>()],
        ttl in any::<u32>(),
        data in proptest::collection::vec(any::<u8>(), 0..80),
        section in 0..3_usize,
    ) {
        let mut bytes = whole().swap_remove(0);
        // As an update of the zone: opcode 5, a zone section, one record.
        bytes.truncate(12);
        bytes[2] = 5 << 3;
        bytes[4..12].copy_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
        bytes[6 + 2 * section + 1] = 1;
        bytes.extend_from_slice(b"\x03lab\x07example\0\0\x06\0\x01\xc0\x0c");
        bytes.extend_from_slice(&kind.to_be_bytes());
        bytes.extend_from_slice(&class.to_be_bytes());
        bytes.extend_from_slice(&ttl.to_be_bytes());
        bytes.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&data);
        holds(&bytes)?;
    }
}
