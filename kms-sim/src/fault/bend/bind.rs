//! `rpc.bind`: the answer to a bind or an `alter_context`.

use bytes::Bytes;
use bytes::BytesMut;
use kms_proto::order::Order;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, ProtocolVersion, RejectReason};
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;

use crate::fault::bend::{Cannot, THE_SAME};
use crate::fault::kind::bind::BindKind;

/// Offsets in the common header.
const PTYPE: usize = 2;
const FRAG_LENGTH: usize = 8;

/// Bends the answer to a bind; whether the connection ends with it.
///
/// # Errors
///
/// When the host refused the bind by itself, or the answer has nothing of the kind, or is so
/// already.
pub fn bend(kind: &BindKind, answer: &mut Bytes) -> Result<bool, Cannot> {
    const NO_ACK: Cannot = "the host does not answer with a bind_ack";
    let bytes = answer.clone();
    let mut pdu = Pdu::parse(&bytes).map_err(|_| NO_ACK)?;
    let call_id = pdu.call_id;
    let (Body::BindAck(ack) | Body::AlterContextResp(ack)) = &mut pdu.body else {
        return Err(NO_ACK);
    };
    let mut raw = None;
    match kind {
        BindKind::BindNak { reason } => {
            let protocols = [ProtocolVersion { major: 5, minor: 0 }].into();
            let nak = BindNak { reason: RejectReason(*reason), protocols, rest: &[] };
            *answer = Pdu::new(call_id, Body::BindNak(nak)).to_bytes().freeze();
            return Ok(true);
        }
        BindKind::ContextReject { reason } => {
            results(ack, |result| result.is_accepted().then(|| ContextResult::refused(*reason)))?;
        }
        BindKind::WrongCallId { by } => pdu.call_id = call_id.wrapping_add_signed(*by),
        BindKind::WrongTransferSyntax {} => results(ack, swapped)?,
        BindKind::NegotiateReject {} => results(ack, |result| {
            let features = result.result == ContextResult::NEGOTIATE_ACK;
            let unknown = ContextResult::TRANSFER_SYNTAXES_NOT_SUPPORTED;
            features.then(|| ContextResult::refused(unknown))
        })?,
        BindKind::ShortSecondaryAddress {} => ack.sec_addr = &[],
        BindKind::MaxFrag { n } => (ack.max_xmit_frag, ack.max_recv_frag) = (*n, *n),
        BindKind::AssocGroup { n } => ack.assoc_group_id = *n,
        BindKind::BigEndianDrep {} => pdu.data_rep = DataRep::BIG,
        BindKind::FragLength { by } => {
            let length = i64::try_from(bytes.len()).unwrap_or(0).saturating_add((*by).into());
            let length = u16::try_from(length.clamp(0, 0xffff)).unwrap_or(u16::MAX);
            raw = Some((FRAG_LENGTH, order(&pdu, length)));
        }
        BindKind::WrongPtype { ptype } => raw = Some((PTYPE, [*ptype, pdu.flags.0])),
        BindKind::Version { value } => {
            let byte = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
            raw = Some((0, [byte(value.major), byte(value.minor)]));
        }
    }
    let mut bent = pdu.to_bytes();
    if let Some((at, two)) = raw {
        patch(&mut bent, at, two);
    }
    if bent == bytes {
        return Err(THE_SAME);
    }
    *answer = bent.freeze();
    Ok(false)
}

/// Changes the results for which `change` has another; there must be one.
fn results(
    ack: &mut BindAck<'_>,
    change: impl Fn(&ContextResult) -> Option<ContextResult>,
) -> Result<(), Cannot> {
    let changed: Vec<_> = ack.results.iter().map(&change).collect();
    if changed.iter().all(Option::is_none) {
        return Err("no result is of the kind");
    }
    let results = ack.results.iter().zip(changed).map(|(old, new)| new.unwrap_or(*old));
    ack.results = List8::try_from(results.collect::<Vec<_>>()).unwrap_or_default();
    Ok(())
}

/// The other transfer syntax.
fn swapped(result: &ContextResult) -> Option<ContextResult> {
    let other = match Ndr::of(&result.transfer_syntax).filter(|_| result.is_accepted())? {
        Ndr::Ndr32 => Ndr::Ndr64,
        Ndr::Ndr64 => Ndr::Ndr32,
    };
    Some(ContextResult::accepted(other.syntax()))
}

/// A number in the PDU's own order.
fn order(pdu: &Pdu<'_>, number: u16) -> [u8; 2] {
    match pdu.data_rep.order() {
        Order::Little => number.to_le_bytes(),
        Order::Big => number.to_be_bytes(),
    }
}

fn patch(bytes: &mut BytesMut, at: usize, two: [u8; 2]) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&two);
    }
}
