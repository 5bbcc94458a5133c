//! Any PDU, and any part of one.

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind::ContextElement;
use kms_proto::rpc::bind_ack::ContextResult;
use kms_proto::rpc::bind_nak::ProtocolVersion;
use kms_proto::rpc::header::{DataRep, Flags, Header, PacketType};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification::{END, Header2, MUST_PROCESS};
use kms_proto::wire::Order;
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) fn order() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::Little), Just(Order::Big)]
}

/// A transfer syntax with an order of integers it allows.
pub(crate) fn ndr() -> impl Strategy<Value = (Ndr, Order)> {
    prop_oneof![
        Just((Ndr::Ndr32, Order::Little)),
        Just((Ndr::Ndr32, Order::Big)),
        Just((Ndr::Ndr64, Order::Little)),
    ]
}

pub(crate) fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

pub(crate) fn syntax() -> impl Strategy<Value = SyntaxId> {
    prop_oneof![
        Just(SyntaxId::KMS),
        Just(SyntaxId::NDR32),
        Just(SyntaxId::NDR64),
        any::<u16>().prop_map(SyntaxId::btfn),
        (uuid(), any::<u16>(), any::<u16>()).prop_map(|(uuid, major, minor)| SyntaxId {
            uuid,
            major,
            minor
        }),
    ]
}

pub(crate) fn list<T: core::fmt::Debug>(
    item: impl Strategy<Value = T>,
    most: usize,
) -> impl Strategy<Value = List8<T>> {
    vec(item, 0..=most).prop_map(|items| List8::try_from(items).unwrap())
}

pub(crate) fn context() -> impl Strategy<Value = ContextElement> {
    (any::<u16>(), syntax(), list(syntax(), 6)).prop_map(
        |(context_id, abstract_syntax, transfer_syntaxes)| ContextElement {
            context_id,
            abstract_syntax,
            transfer_syntaxes,
        },
    )
}

pub(crate) fn result() -> impl Strategy<Value = ContextResult> {
    (any::<u16>(), any::<u16>(), syntax()).prop_map(|(result, reason, transfer_syntax)| {
        ContextResult { result, reason, transfer_syntax }
    })
}

pub(crate) fn version() -> impl Strategy<Value = ProtocolVersion> {
    (any::<u8>(), any::<u8>()).prop_map(|(major, minor)| ProtocolVersion { major, minor })
}

pub(crate) fn data_rep() -> impl Strategy<Value = DataRep> {
    any::<[u8; 4]>().prop_map(DataRep)
}

pub(crate) fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=most)
}

pub(crate) fn header() -> impl Strategy<Value = Header> {
    let numbers = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>());
    let lengths = (any::<u16>(), any::<u16>(), any::<u32>());
    (numbers, data_rep(), lengths).prop_map(|(numbers, data_rep, lengths)| Header {
        major: numbers.0,
        minor: numbers.1,
        packet_type: PacketType(numbers.2),
        flags: Flags(numbers.3),
        data_rep,
        frag_length: lengths.0,
        auth_length: lengths.1,
        call_id: lengths.2,
    })
}

pub(crate) fn header2() -> impl Strategy<Value = Header2> {
    let ids = (any::<u32>(), any::<u16>(), any::<u16>());
    (any::<u8>(), data_rep(), ids).prop_map(|(packet_type, data_rep, ids)| Header2 {
        packet_type,
        data_rep,
        call_id: ids.0,
        context_id: ids.1,
        opnum: ids.2,
    })
}

pub(crate) fn rules() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0), Just(END), Just(MUST_PROCESS), Just(END | MUST_PROCESS)]
}

pub(crate) fn hresult() -> impl Strategy<Value = HResult> {
    prop_oneof![Just(HResult::OK), any::<u32>().prop_map(HResult)]
}
