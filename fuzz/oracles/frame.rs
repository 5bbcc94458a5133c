//! A stream of PDUs: the framer finds the same ones in whatever slices they come, and calls in
//! fragments come together as a small model says, limits and all.

use bytes::BytesMut;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::reassembly::{Completed, Fragment, Limits, Reassembly, Refusal, Taken};
use kms_proto::rpc::request::Request;

use super::input::Input;
use super::pdu::measured;
use super::slices::cut;

/// The longest PDU there is.
const LIMIT: usize = 65_535;

/// The most bytes a stream has.
const MOST: usize = 24_000;

/// The first byte chooses the limits, the second how the stream is cut; the rest is what is in it.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (limits, seed) = (limits(input.u8()), input.u8());
    let sent = stream(input);
    let found = framed(&sent, seed);
    assert_eq!(found, sent, "the framer found others than were sent");
    put_together(&found, limits);
}

/// The default limits, or such as are met soon.
fn limits(choices: u8) -> Limits {
    if choices & 1 == 0 {
        return Limits::default();
    }
    let choice = |shift: u32| usize::from(choices >> shift & 3);
    Limits {
        call_bytes: 40 << choice(1),
        call_fragments: 1 + choice(3),
        calls: choice(5),
        total_bytes: 60 << choice(6),
    }
}

/// PDUs: fragments of a few calls, others, and noise that has a PDU's length.
fn stream(mut input: Input<'_>) -> Vec<Vec<u8>> {
    let (mut pdus, mut length) = (Vec::new(), 0);
    while !input.is_spent() && length < MOST {
        let (kind, how) = (input.u8(), input.u8());
        let body = input.take(usize::from(kind >> 2));
        let pdu = match kind & 3 {
            0 | 1 => fragment(kind, how, body).to_vec(),
            2 => {
                let mut pdu = Pdu::new(u32::from(how & 3), Body::Other(PacketType(how >> 2), body));
                pdu.flags = Flags(kind);
                pdu.to_bytes().to_vec()
            }
            _ => measured(&[&[how; 20][..], body].concat()),
        };
        length += pdu.len();
        pdus.push(pdu);
    }
    pdus
}

/// A fragment of one of four calls; bits choose what its header and its request say.
fn fragment(kind: u8, how: u8, stub: &[u8]) -> BytesMut {
    let request = Request {
        alloc_hint: u32::from(kind),
        context_id: u16::from(how >> 4 & 1),
        opnum: u16::from(how >> 5 & 1),
        object: None,
        stub,
    };
    let flags = Flags(how >> 2 & 3);
    let data_rep = if how & 0x40 == 0 { DataRep::LITTLE } else { DataRep::BIG };
    Pdu { flags, data_rep, ..Pdu::new(u32::from(how & 3), Body::Request(request)) }.to_bytes()
}

/// The PDUs found in the stream as it comes; none is found before its last byte is there.
fn framed(sent: &[Vec<u8>], seed: u8) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let (mut buffer, mut came) = (BytesMut::new(), 0);
    let mut ends = sent.iter().scan(0, |end, pdu| {
        *end += pdu.len();
        Some(*end)
    });
    let mut next = ends.next();
    for slice in cut(&sent.concat(), seed) {
        buffer.extend_from_slice(slice);
        came += slice.len();
        loop {
            let length = frame::first(&buffer, LIMIT);
            assert!(length.is_ok(), "{length:?} of a PDU with its own length");
            let whole = next.is_some_and(|end| end <= came);
            assert_eq!(length.is_ok_and(|length| length.is_some()), whole);
            let Ok(Some(length)) = length else { break };
            found.push(buffer.split_to(length).to_vec());
            next = ends.next();
        }
    }
    assert!(buffer.is_empty(), "bytes of no PDU are left");
    found
}

/// A call of the model: its first fragment, how many there were, and its stub.
struct Call<'a> {
    first: Fragment<'a>,
    fragments: usize,
    stub: Vec<u8>,
}

/// Gives every request to the reassembly and to the model of it.
fn put_together(pdus: &[Vec<u8>], limits: Limits) {
    let mut reassembly = Reassembly::new(limits);
    let mut model: Vec<Call<'_>> = Vec::new();
    for bytes in pdus {
        let Ok(pdu) = Pdu::parse(bytes) else { continue };
        let Body::Request(request) = &pdu.body else {
            if pdu.body.packet_type() == PacketType::CO_CANCEL {
                let known = model.iter().any(|call| call.first.call_id == pdu.call_id);
                model.retain(|call| call.first.call_id != pdu.call_id);
                assert_eq!(reassembly.forget(pdu.call_id), known);
            }
            continue;
        };
        let fragment = Fragment::of_request(&pdu, request);
        let taken = reassembly.take(&fragment);
        assert_eq!(taken, modelled(&mut model, fragment, limits));
        let held: usize = model.iter().map(|call| call.stub.len()).sum();
        assert_eq!((reassembly.calls(), reassembly.bytes()), (model.len(), held));
        assert!(model.len() <= limits.calls && held <= limits.total_bytes);
        let Err(refusal) = taken else { continue };
        assert_eq!(refusal.is_limit(), limit_of(refusal, limits) < usize::MAX);
        assert!(!refusal.to_string().is_empty());
    }
}

/// What the model makes of a fragment.
fn modelled<'a>(
    model: &mut Vec<Call<'a>>,
    fragment: Fragment<'a>,
    limits: Limits,
) -> Result<Taken, Refusal> {
    let held: usize = model.iter().map(|call| call.stub.len()).sum();
    let at = model.iter().position(|call| call.first.call_id == fragment.call_id);
    let (first, last) = (fragment.flags.has(Flags::FIRST), fragment.flags.has(Flags::LAST));
    let length = fragment.stub.len();
    let opens = model.len();
    let call = at.and_then(|at| model.get_mut(at));
    match (first, call) {
        (true, Some(_)) => Err(Refusal::FirstAgain),
        (false, None) => Err(Refusal::NoFirst),
        (true, None) if last && length > limits.call_bytes => Err(Refusal::CallBytes),
        (true, None) if last => Ok(Taken::Alone),
        (true, None) if opens >= limits.calls => Err(Refusal::Calls),
        (true, None) if limits.call_fragments == 0 => Err(Refusal::CallFragments),
        (true, None) if length > limits.call_bytes => Err(Refusal::CallBytes),
        (true, None) if held + length > limits.total_bytes => Err(Refusal::TotalBytes),
        (true, None) => {
            model.push(Call { first: fragment, fragments: 1, stub: fragment.stub.to_vec() });
            Ok(Taken::Kept)
        }
        (false, Some(call)) => {
            let Fragment { data_rep, context_id, opnum, .. } = call.first;
            if (data_rep, context_id, opnum)
                != (fragment.data_rep, fragment.context_id, fragment.opnum)
            {
                return Err(Refusal::Differs);
            }
            if call.fragments >= limits.call_fragments {
                return Err(Refusal::CallFragments);
            }
            if call.stub.len() + length > limits.call_bytes {
                return Err(Refusal::CallBytes);
            }
            if held + length > limits.total_bytes {
                return Err(Refusal::TotalBytes);
            }
            call.fragments += 1;
            call.stub.extend_from_slice(fragment.stub);
            if !last {
                return Ok(Taken::Kept);
            }
            let (flags, stub) = (call.first.flags, BytesMut::from(&call.stub[..]));
            model.retain(|call| call.first.call_id != fragment.call_id);
            Ok(Taken::Completed(Completed { flags, stub }))
        }
    }
}

/// The limit a refusal speaks of; none for a broken protocol.
const fn limit_of(refusal: Refusal, limits: Limits) -> usize {
    match refusal {
        Refusal::NoFirst | Refusal::FirstAgain | Refusal::Differs => usize::MAX,
        Refusal::CallBytes => limits.call_bytes,
        Refusal::CallFragments => limits.call_fragments,
        Refusal::Calls => limits.calls,
        Refusal::TotalBytes => limits.total_bytes,
    }
}
