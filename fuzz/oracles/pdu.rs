//! Frames: what is read is what is written, in either order, whole or in fragments.

use kms_proto::rpc::fragment;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{self, DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Fragment, Limits, Reassembly, Refusal, Taken};
use kms_proto::rpc::request::Request;
use kms_proto::wire::Order;

use super::mapped::{encoded, same};

/// The longest PDU there is.
const LIMIT: usize = 65_535;

/// Reads `bytes` as they are, and once more with the version and length a PDU of them would have.
pub fn check(bytes: &[u8]) {
    stream(bytes);
    whole(bytes);
    whole(&measured(bytes));
}

/// The same bytes, with major version 5 and their own length in the header.
pub fn measured(bytes: &[u8]) -> Vec<u8> {
    let mut pdu = bytes.to_vec();
    pdu.truncate(LIMIT);
    let length = u16::try_from(pdu.len()).unwrap_or(u16::MAX);
    if let Some(head) = pdu.first_chunk_mut::<{ header::SIZE }>() {
        head[0] = header::MAJOR;
        let order = DataRep([head[4], head[5], head[6], head[7]]).order();
        [head[8], head[9]] = match order {
            Order::Little => length.to_le_bytes(),
            Order::Big => length.to_be_bytes(),
        };
    }
    pdu
}

/// The framer finds the same PDU as soon as it is there, and never before.
fn stream(bytes: &[u8]) {
    let header = frame::header(bytes);
    assert_eq!(header.is_some(), bytes.len() >= header::SIZE);
    for limit in [LIMIT, 5840, 16] {
        let found = frame::first(bytes, limit);
        let Some(header) = header else {
            assert_eq!(found, Ok(None));
            continue;
        };
        let length = match frame::length(&header, limit) {
            Ok(length) => length,
            Err(error) => {
                assert_eq!(found, Err(error));
                continue;
            }
        };
        assert!((header::SIZE..=limit).contains(&length), "{length} is beyond the bounds");
        assert_eq!(found, Ok((length <= bytes.len()).then_some(length)));
        for cut in [0, header::SIZE - 1, header::SIZE, length - 1] {
            let piece = bytes.get(..cut.min(length - 1)).unwrap_or(bytes);
            assert_eq!(frame::first(piece, limit), Ok(None), "found before it was there");
        }
    }
}

/// One PDU, if it is one.
fn whole(bytes: &[u8]) {
    let pdu = match Pdu::parse(bytes) {
        Ok(pdu) => pdu,
        Err(error) => {
            assert!(error.offset <= bytes.len(), "{error}");
            assert!(!error.field.is_empty() && !error.to_string().is_empty());
            return;
        }
    };
    assert_eq!(frame::first(bytes, bytes.len()), Ok(Some(bytes.len())), "the framer disagrees");
    assert!(frame::first(bytes, bytes.len() - 1).is_err(), "the framer takes more than its limit");

    let (written, map) = encoded(pdu.data_rep.order(), |out| pdu.emit(out));
    same(bytes, &written, &map, &[]);
    assert_eq!(written, pdu.to_bytes());
    assert_eq!(Pdu::parse(&written).as_ref(), Ok(&pdu));
    turned(&pdu);
    if let Body::Request(request) = &pdu.body {
        cut(&pdu, request);
    }
    assert!(!format!("{pdu:?} {} {}", pdu.flags, pdu.body.packet_type()).is_empty());
}

/// The other order of integers says the same.
fn turned(pdu: &Pdu<'_>) {
    let order = match pdu.data_rep.order() {
        Order::Little => Order::Big,
        Order::Big => Order::Little,
    };
    let turned = Pdu { data_rep: pdu.data_rep.in_order(order), ..pdu.clone() };
    assert_eq!(Pdu::parse(&turned.to_bytes()), Ok(turned));
}

/// A request cut for a peer that receives little comes together again, or meets a limit by name.
fn cut(pdu: &Pdu<'_>, request: &Request<'_>) {
    let limits = Limits::default();
    let max_frag = usize::from(request.opnum) % 1500;
    let before = header::SIZE + request.before_stub();
    let mut reassembly = Reassembly::new(limits);
    let mut came = 0;
    for (count, (flags, piece)) in (1..).zip(fragment::requests(*request, max_frag)) {
        let flags = pdu.flags.without(Flags::WHOLE).with(flags);
        let fragment = Pdu { flags, body: Body::Request(piece), auth: None, ..pdu.clone() };
        let bytes = fragment.to_bytes();
        assert!(bytes.len() <= max_frag.max(before + 8), "a fragment is too long for its peer");
        let read = Pdu::parse(&bytes);
        assert_eq!(read.as_ref(), Ok(&fragment));
        came += piece.stub.len();
        match reassembly.take(&Fragment::of_request(&fragment, &piece)) {
            Ok(Taken::Kept) => assert_eq!((reassembly.calls(), reassembly.bytes()), (1, came)),
            Ok(Taken::Alone) => assert_eq!((count, piece.stub), (1, request.stub)),
            Ok(Taken::Completed(call)) => {
                assert_eq!(call.stub, request.stub);
                assert_eq!((reassembly.calls(), reassembly.bytes()), (0, 0));
            }
            Err(refusal) => {
                assert_eq!((refusal, count), (Refusal::CallFragments, limits.call_fragments + 1));
                return;
            }
        }
    }
    assert_eq!(came, request.stub.len());
    assert_eq!(pdu.body.packet_type(), PacketType::REQUEST);
}
