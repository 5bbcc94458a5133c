//! What is written is read back as it was, in both orders; what is read, whatever it is, never
//! panics, and what of it is well-formed is written back.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helper fails the test, loudly"
)]

#[path = "rpc_roundtrip/strategies.rs"]
mod strategies;

use bytes::BytesMut;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::bind::Bind;
use kms_proto::rpc::bind_ack::BindAck;
use kms_proto::rpc::bind_nak::{BindNak, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::fragment;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{DataRep, Flags, Header, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Completed, Fragment, Limits, Reassembly, Refusal, Taken};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::verification::{self, Command, Known, Says};
use kms_proto::wire::{Order, Wire};
use kms_proto::write::Writer;
use proptest::prelude::*;

use crate::strategies::{
    bytes, context, data_rep, header, header2, hresult, list, ndr, order, result, rules, syntax,
    uuid, version,
};

/// The value comes back from its encoding.
#[track_caller]
fn round<'a, T: Wire<'a> + PartialEq + core::fmt::Debug>(value: &T, bytes: &'a [u8], order: Order) {
    assert_eq!(T::from_bytes(bytes, order).as_ref(), Ok(value));
}

/// The PDU comes back from its encoding, with each of these bodies, with and without a trailer.
#[track_caller]
fn round_pdu(body: &Body<'_>, frame: &Frame) {
    let auth = frame.auth.as_ref().map(|(numbers, value)| Auth {
        auth_type: numbers.0,
        level: numbers.1,
        pad_length: numbers.2,
        context_id: numbers.3,
        value,
    });
    let with_object = matches!(body, Body::Request(Request { object: Some(_), .. }));
    let is_request = matches!(body, Body::Request(_));
    let flags = Flags(frame.flags);
    let flags = match (is_request, with_object) {
        (true, true) => flags.with(Flags::OBJECT_UUID),
        (true, false) => flags.without(Flags::OBJECT_UUID),
        (false, _) => flags,
    };
    let pdu = Pdu {
        minor: frame.minor,
        flags,
        data_rep: frame.data_rep,
        call_id: frame.call_id,
        body: body.clone(),
        auth,
    };
    let bytes = pdu.to_bytes();
    assert_eq!(Pdu::parse(&bytes), Ok(pdu));
    assert_eq!(frame::first(&bytes, usize::from(u16::MAX)), Ok(Some(bytes.len())));
    assert_eq!(frame::first(&bytes[..bytes.len() - 1], usize::from(u16::MAX)), Ok(None));
}

/// Type, level, pad length and context of an authentication trailer.
type Numbers = (u8, u8, u8, u32);

/// What surrounds a body.
#[derive(Clone, Debug)]
struct Frame {
    minor: u8,
    flags: u8,
    data_rep: DataRep,
    call_id: u32,
    auth: Option<(Numbers, Vec<u8>)>,
}

fn frame() -> impl Strategy<Value = Frame> {
    let token = proptest::collection::vec(any::<u8>(), 1..40);
    let auth = proptest::option::of((any::<Numbers>(), token));
    (any::<(u8, u8, u32)>(), data_rep(), auth).prop_map(
        |((minor, flags, call_id), data_rep, auth)| Frame { minor, flags, data_rep, call_id, auth },
    )
}

proptest! {
    #[test]
    fn headers(header in header()) {
        let order = header.order();
        round(&header, &header.to_bytes(order), order);
    }

    #[test]
    fn syntaxes_elements_and_results(
        order in order(), syntax in syntax(), element in context(), result in result(), version in version(),
    ) {
        round(&syntax, &syntax.to_bytes(order), order);
        round(&element, &element.to_bytes(order), order);
        round(&result, &result.to_bytes(order), order);
        round(&version, &version.to_bytes(order), order);
    }

    #[test]
    fn binds(frame in frame(), sizes in any::<(u16, u16, u32)>(), contexts in list(context(), 8)) {
        let bind = Bind {
            max_xmit_frag: sizes.0,
            max_recv_frag: sizes.1,
            assoc_group_id: sizes.2,
            contexts,
        };
        for order in [Order::Little, Order::Big] {
            round(&bind, &bind.to_bytes(order), order);
        }
        round_pdu(&Body::Bind(bind.clone()), &frame);
        round_pdu(&Body::AlterContext(bind), &frame);
    }

    #[test]
    fn bind_acks(
        frame in frame(), sizes in any::<(u16, u16, u32)>(), sec_addr in bytes(40), results in list(result(), 8),
    ) {
        let ack = BindAck {
            max_xmit_frag: sizes.0,
            max_recv_frag: sizes.1,
            assoc_group_id: sizes.2,
            sec_addr: &sec_addr,
            results,
        };
        for order in [Order::Little, Order::Big] {
            round(&ack, &ack.to_bytes(order), order);
        }
        round_pdu(&Body::BindAck(ack.clone()), &frame);
        round_pdu(&Body::AlterContextResp(ack), &frame);
    }

    #[test]
    fn bind_naks(frame in frame(), reason in any::<u16>(), protocols in list(version(), 4), rest in bytes(40)) {
        let nak = BindNak { reason: RejectReason(reason), protocols, rest: &rest };
        for order in [Order::Little, Order::Big] {
            round(&nak, &nak.to_bytes(order), order);
        }
        round_pdu(&Body::BindNak(nak), &frame);
    }

    #[test]
    fn requests_responses_and_faults(
        frame in frame(), order in order(), hint in any::<u32>(), ids in any::<(u16, u16, u8, u32)>(),
        object in proptest::option::of(uuid()), stub in bytes(400),
    ) {
        let (context_id, opnum, cancel_count, status) = ids;
        let request = Request { alloc_hint: hint, context_id, opnum, object, stub: &stub };
        round_pdu(&Body::Request(request), &frame);

        let response = Response { alloc_hint: hint, context_id, cancel_count, stub: &stub };
        round(&response, &response.to_bytes(order), order);
        round_pdu(&Body::Response(response), &frame);

        let status = FaultStatus(status);
        let fault = Fault { alloc_hint: hint, context_id, cancel_count, status, stub: &stub };
        round(&fault, &fault.to_bytes(order), order);
        round_pdu(&Body::Fault(fault), &frame);
    }

    #[test]
    fn cancels_orphans_and_types_nobody_knows(
        frame in frame(), packet_type in 20_u8.., body in bytes(80),
    ) {
        round_pdu(&Body::CoCancel, &frame);
        round_pdu(&Body::Orphaned, &frame);
        round_pdu(&Body::Other(PacketType::AUTH3, &body), &frame);
        round_pdu(&Body::Other(PacketType(packet_type), &body), &frame);
    }

    #[test]
    fn stubs((ndr, order) in ndr(), message in bytes(300), trailing in bytes(60), hresult in hresult()) {
        let request = RequestStub { message: &message, trailing: &trailing };
        let mut bytes = BytesMut::new();
        request.emit(ndr, &mut Writer::new(&mut bytes, order));
        prop_assert_eq!(RequestStub::from_bytes(&bytes, ndr, order), Ok(request));
        let at = RequestStub::message_offset(ndr);
        prop_assert_eq!(&bytes[at..at + message.len()], &message[..]);

        for message in [None, Some(&message[..])] {
            let response = ResponseStub { message, hresult };
            // What stands before does not move the pad.
            let mut bytes = BytesMut::from(&b"x"[..]);
            response.emit(ndr, &mut Writer::new(&mut bytes, order));
            prop_assert_eq!(ResponseStub::from_bytes(&bytes[1..], ndr, order), Ok(response));
        }
    }

    #[test]
    fn commands_of_a_verification_trailer(
        rules in rules(), bits in any::<u32>(), header in header2(),
        interface in syntax(), transfer in syntax(), kind in 4_u16..0x4000, words in bytes(10), order in order(),
    ) {
        let value: Vec<u8> = words.repeat(4);
        for says in [
            Says::Bitmask1(bits),
            Says::Context { interface, transfer },
            Says::Header2(header),
            Says::Other(kind, &value),
        ] {
            let command = Command { rules, says };
            let mut bytes = BytesMut::new();
            command.emit(&mut Writer::new(&mut bytes, order));
            prop_assert_eq!(Command::parse(&bytes), Ok((&[][..], command)));
        }
    }

    #[test]
    fn a_verification_trailer_checks_against_its_call(
        header in header2(), interface in syntax(), transfer in syntax(), before in 0_usize..400,
    ) {
        let says = [Says::Bitmask1(1), Says::Header2(header), Says::Context { interface, transfer }];
        let mut bytes = BytesMut::new();
        let commands = says.map(|says| Command { rules: 0, says });
        verification::emit(&commands, before, &mut Writer::new(&mut bytes, Order::Little));
        let known = Known { header, interface, transfer };
        prop_assert_eq!(verification::check(&bytes, before, &known), Ok(()));
        let mut other = known;
        other.header.call_id ^= 1;
        prop_assert!(verification::check(&bytes, before, &other).is_err());
    }

    #[test]
    fn fragments_put_together_are_the_stub(
        stub in bytes(3_000), max_frag in 0_usize..900, object in proptest::option::of(uuid()), order in order(),
    ) {
        let call = Request { alloc_hint: 0, context_id: 1, opnum: 0, object, stub: &stub };
        let (mut reassembly, mut whole) = (Reassembly::new(Limits::default()), None);
        for (flags, request) in fragment::requests(call, max_frag) {
            let mut pdu = Pdu::new(7, Body::Request(request));
            pdu.flags = flags;
            pdu.data_rep = DataRep::LITTLE.in_order(order);
            let bytes = pdu.to_bytes();
            prop_assert!(bytes.len() <= max_frag.max(48));
            prop_assert!(flags.has(Flags::LAST) || request.stub.len() % 8 == 0);
            let pdu = Pdu::parse(&bytes).unwrap();
            let Body::Request(request) = &pdu.body else { panic!("not a request") };
            match reassembly.take(&Fragment::of_request(&pdu, request)).unwrap() {
                Taken::Kept => {}
                Taken::Alone => whole = Some(request.stub.to_vec()),
                Taken::Completed(Completed { stub, .. }) => whole = Some(stub.to_vec()),
            }
        }
        prop_assert_eq!(whole, Some(stub));
        prop_assert_eq!((reassembly.calls(), reassembly.bytes()), (0, 0));
    }

    #[test]
    fn reassembly_never_holds_more_than_its_limits(
        fragments in proptest::collection::vec((0_u32..6, 0_u8..4, 0_usize..60), 0..200),
    ) {
        let limits = Limits { call_bytes: 100, call_fragments: 5, calls: 3, total_bytes: 150 };
        let mut reassembly = Reassembly::new(limits);
        for (call_id, flags, length) in fragments {
            let stub = vec![0; length];
            let fragment = Fragment {
                call_id,
                flags: Flags(flags),
                data_rep: DataRep::LITTLE,
                context_id: 0,
                opnum: 0,
                stub: &stub,
            };
            let before = (reassembly.calls(), reassembly.bytes());
            if reassembly.take(&fragment).is_err() {
                prop_assert_eq!((reassembly.calls(), reassembly.bytes()), before);
            }
            prop_assert!(reassembly.calls() <= 3 && reassembly.bytes() <= 150);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(input in bytes(600), (ndr, order) in ndr(), before in 0_usize..8) {
        feed(&input, ndr, order, before);
    }

    #[test]
    fn arbitrary_bodies_never_panic(
        body in bytes(600), packet_type in 0_u8..22, flags in any::<u8>(), auth in 0_u16..80, rep in data_rep(),
        (ndr, order) in ndr(),
    ) {
        let length = 16 + u16::try_from(body.len()).unwrap();
        let header = Header {
            major: 5,
            minor: 0,
            packet_type: PacketType(packet_type),
            flags: Flags(flags),
            data_rep: rep,
            frag_length: length,
            auth_length: auth,
            call_id: 1,
        };
        let mut input = header.to_bytes(header.order());
        input.extend_from_slice(&body);
        feed(&input, ndr, order, 0);
    }
}

/// Every parser gets the bytes; a PDU that parses comes back from its own encoding.
fn feed(input: &[u8], ndr: kms_proto::rpc::stub::Ndr, order: Order, before: usize) {
    let _ = frame::first(input, 5840);
    if let Ok(pdu) = Pdu::parse(input) {
        let bytes = pdu.to_bytes();
        assert_eq!(Pdu::parse(&bytes), Ok(pdu));
        assert_eq!(bytes.len(), input.len());
    }
    let _ = RequestStub::from_bytes(input, ndr, order);
    let _ = ResponseStub::from_bytes(input, ndr, order);
    let _ = Command::parse(input);
    let _ = verification::find(input, before);
}

#[test]
fn reassembly_refuses_by_name() {
    let stub = [0; 60];
    let fragment = |call_id, flags, opnum| Fragment {
        call_id,
        flags: Flags(flags),
        data_rep: DataRep::LITTLE,
        context_id: 0,
        opnum,
        stub: &stub,
    };
    let limits = Limits { call_bytes: 130, call_fragments: 3, calls: 2, total_bytes: 200 };
    let mut calls = Reassembly::new(limits);
    assert_eq!(calls.take(&fragment(1, 0, 0)), Err(Refusal::NoFirst));
    assert_eq!(calls.take(&fragment(1, 1, 0)), Ok(Taken::Kept));
    assert_eq!(calls.take(&fragment(1, 1, 0)), Err(Refusal::FirstAgain));
    assert_eq!(calls.take(&fragment(1, 3, 0)), Err(Refusal::FirstAgain));
    assert_eq!(calls.take(&fragment(1, 0, 9)), Err(Refusal::Differs));
    assert_eq!(calls.take(&fragment(1, 0, 0)), Ok(Taken::Kept));
    assert_eq!(calls.take(&fragment(1, 0, 0)), Err(Refusal::CallBytes));
    assert_eq!(calls.take(&fragment(2, 1, 0)), Ok(Taken::Kept));
    assert_eq!(calls.take(&fragment(3, 1, 0)), Err(Refusal::Calls));
    assert_eq!(calls.take(&fragment(3, 3, 0)), Ok(Taken::Alone));
    assert_eq!(calls.take(&fragment(2, 2, 0)), Err(Refusal::TotalBytes));
    assert!(calls.forget(1) && !calls.forget(1));
    let Ok(Taken::Completed(whole)) = calls.take(&fragment(2, 2, 0)) else { panic!() };
    assert_eq!((whole.stub.len(), whole.flags), (120, Flags::FIRST));
    assert_eq!((calls.calls(), calls.bytes()), (0, 0));

    let many = Limits { call_fragments: 2, ..Limits::default() };
    let mut calls = Reassembly::new(many);
    assert_eq!(calls.take(&fragment(1, 1, 0)), Ok(Taken::Kept));
    assert_eq!(calls.take(&fragment(1, 0, 0)), Ok(Taken::Kept));
    assert_eq!(calls.take(&fragment(1, 2, 0)), Err(Refusal::CallFragments));
}
