//! Any bytes, in any slices: the answers are the same.

use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::wire::Order;
use kms_sim::session::config::SessionConfig;
use kms_sim::strictness::Strictness;
use proptest::prelude::*;

use crate::lab::{
    BTFN, Lab, N32, N64, alter, bind, call, config, element, fragments, request, stub,
};

/// A conversation with one of everything that leaves the connection open, and an end.
fn conversation() -> Vec<u8> {
    let mut bytes = bind(&[element(0, &[N32]), element(2, &[BTFN])]).to_bytes().to_vec();
    bytes.extend(call(2, "first"));
    bytes.extend(alter(&[element(1, &[N64])]).to_bytes());
    bytes.extend(request(3, 1, &stub(b"wide", Ndr::Ndr64, b"tail", Order::Little)).to_bytes());
    bytes.extend(fragments(4, "in several fragments", 8).concat());
    bytes.extend(request(5, 9, b"").to_bytes());
    bytes.extend(Pdu::new(6, Body::CoCancel).to_bytes());
    bytes.extend(call(7, "no"));
    bytes.extend(Pdu::new(8, Body::Other(PacketType::SHUTDOWN, b"bye")).to_bytes());
    bytes.extend(call(9, "never"));
    bytes
}

/// All the host sends for `bytes` in these slices.
fn converse(bytes: &[u8], cuts: impl IntoIterator<Item = usize>, config: SessionConfig) -> Vec<u8> {
    let (mut lab, mut rest) = (Lab::new(config), bytes);
    for cut in cuts {
        let (slice, after) = rest.split_at(cut.min(rest.len()));
        lab.push(slice);
        rest = after;
    }
    lab.push(rest);
    lab.sent.to_vec()
}

#[test]
fn byte_by_byte_or_all_at_once_the_answers_are_the_same() {
    let bytes = conversation();
    let whole = converse(&bytes, [], SessionConfig::default());
    let single = converse(&bytes, vec![1; bytes.len()], SessionConfig::default());
    assert_eq!(whole, single);
    assert!(whole.len() > 400);
}

proptest! {
    #[test]
    fn any_slices_give_the_same_answers(
        cuts in proptest::collection::vec(0_usize..200, 0..60), flip in any::<(prop::sample::Index, u8)>(),
        harm in any::<bool>(),
    ) {
        let mut bytes = conversation();
        if harm {
            let at = flip.0.index(bytes.len());
            bytes[at] ^= flip.1;
        }
        let whole = converse(&bytes, [], SessionConfig::default());
        prop_assert_eq!(converse(&bytes, cuts, SessionConfig::default()), whole);
    }

    #[test]
    fn arbitrary_bytes_in_arbitrary_slices_end_or_wait(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000), cuts in proptest::collection::vec(0_usize..300, 0..20),
        pedantic in any::<bool>(),
    ) {
        let strictness = if pedantic { Strictness::Pedantic } else { Strictness::Strict };
        converse(&bytes, cuts, config(|config| config.strictness = strictness));
    }

    #[test]
    fn plausible_pdus_in_any_order_never_break_the_session(
        pdus in proptest::collection::vec((0_u8..20, any::<u8>(), 0_u32..4, proptest::collection::vec(any::<u8>(), 0..80)), 0..40),
        big in any::<bool>(), pedantic in any::<bool>(),
    ) {
        let strictness = if pedantic { Strictness::Pedantic } else { Strictness::Strict };
        let mut lab = Lab::bound(config(|config| {
            (config.strictness, config.max_calls, config.max_stub) = (strictness, 2, 200);
        }));
        for (packet_type, flags, call_id, body) in pdus {
            let data_rep = if big { DataRep::BIG } else { DataRep::LITTLE };
            // Mostly requests, as only these do not end the session.
            let packet_type = if packet_type < 17 { 0 } else { packet_type };
            let mut pdu = Pdu::new(call_id, Body::Other(PacketType(packet_type), &body));
            (pdu.flags, pdu.data_rep) = (Flags(flags & 0xc3), data_rep);
            lab.push(&pdu.to_bytes());
            prop_assert!(lab.steps.len() <= 1);
        }
    }
}
