//! What a peer sends: honest PDUs, bent ones, and noise, as the fuzzer chooses.

use bytes::BytesMut;
use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::{MachineName, UNITS};
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::header::{DataRep, Flags, PacketType};
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::{fragment, request};
use kms_proto::time::FileTime;
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use super::super::input::Input;
use super::super::pdu::measured;

/// What the host's clock reads: 2026-01-01T00:00:00Z.
pub(super) const NOW: FileTime = FileTime(134_116_992_000_000_000);

/// The IV of every request sealed here.
pub(super) const IV: [u8; 16] = [7; 16];

/// Ticks of the default window: 4 hours.
pub(super) const WINDOW: u64 = 144_000_000_000;

/// The most bytes a script sends.
const MOST: usize = 24_000;

/// The bytes of one connection.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// All that is sent.
    pub(super) bytes: Vec<u8>,
    /// Something in it was bent, or was never a PDU a client sends.
    bent: bool,
    /// Calls whose message was not sealed.
    pub(super) unsealed: usize,
}

impl Script {
    /// Whether every message in it arrives as it was made.
    pub(super) const fn is_honest(&self) -> bool {
        !self.bent
    }

    /// Reads one item after the other.
    pub(super) fn read(mut input: Input<'_>, seal: &Seal) -> Self {
        let mut script = Self::default();
        let mut calls = 0;
        while !input.is_spent() && script.bytes.len() < MOST {
            let mut item = BytesMut::new();
            let kind = input.u8();
            match kind & 7 {
                0 | 1 => contexts(2, kind, &mut input, &mut item),
                2..=4 => {
                    calls += 1;
                    script.call(calls, kind, &mut input, seal, &mut item);
                }
                5 => {
                    let body = if kind & 8 == 0 { Body::CoCancel } else { Body::Orphaned };
                    Pdu::new(2 + u32::from(input.u8() % 8), body).append(&mut item);
                }
                6 => {
                    script.bent = true;
                    let length = usize::from(input.u8());
                    let bytes = input.take(length);
                    item.extend_from_slice(&if kind & 8 == 0 {
                        measured(bytes)
                    } else {
                        bytes.to_vec()
                    });
                }
                _ => {
                    script.bent = true;
                    let body = input.take(usize::from(kind >> 3));
                    Pdu::new(2, Body::Other(PacketType(input.u8()), body)).append(&mut item);
                }
            }
            if kind & 0x80 != 0 {
                script.bent = true;
                let (at, turn) = (usize::from(input.u8()), input.u8());
                let length = item.len().max(1);
                if let Some(byte) = item.get_mut(at % length) {
                    *byte ^= turn;
                }
            }
            script.bytes.extend_from_slice(&item);
        }
        script
    }

    /// A call in context 0 (NDR32) or 1 (NDR64), whole or in fragments.
    fn call(
        &mut self,
        calls: u32,
        kind: u8,
        input: &mut Input<'_>,
        seal: &Seal,
        item: &mut BytesMut,
    ) {
        let (how, size) = (input.u8(), input.u8());
        let ndr = if how & 1 == 0 { Ndr::Ndr32 } else { Ndr::Ndr64 };
        let data_rep = if how & 2 == 0 { DataRep::LITTLE } else { DataRep::BIG };
        let mut message = BytesMut::new();
        if kind & 8 == 0 {
            seal.seal_request(&sealed(input), IV, &mut message);
        } else {
            message.extend_from_slice(input.take(usize::from(size)));
            self.unsealed += 1;
        }
        let mut stub = BytesMut::new();
        let trailing = if how & 4 == 0 { &[][..] } else { &[0; 5][..] };
        let order = if ndr.allows(data_rep.order()) { data_rep.order() } else { Order::Little };
        RequestStub { message: &message, trailing }.emit(ndr, &mut Writer::new(&mut stub, order));
        let object = (how & 8 != 0).then(|| Uuid::from_u128(size.into()));
        let whole = request::Request {
            alloc_hint: 0,
            context_id: if how & 16 == 0 { u16::from(ndr == Ndr::Ndr64) } else { size.into() },
            opnum: if how & 32 == 0 { 0 } else { u16::from(size) },
            object,
            stub: &stub,
        };
        let maybe = if how & 64 == 0 { Flags::default() } else { Flags::MAYBE };
        // The id of an earlier call again, or one of its own.
        let call_id = if how & 128 == 0 { 1 + calls } else { 2 + u32::from(size % 4) };
        let max_frag = if kind & 16 == 0 { 1432 } else { 24 + usize::from(size) };
        let object = if object.is_some() { Flags::OBJECT_UUID } else { Flags::default() };
        for (place, piece) in fragment::requests(whole, max_frag) {
            let flags = place.with(maybe).with(object);
            let body = Body::Request(piece);
            Pdu { flags, data_rep, ..Pdu::new(call_id, body) }.append(item);
            if kind & 32 != 0 {
                // The others never come.
                break;
            }
        }
    }
}

/// A bind, or for odd kinds an `alter_context`: bits choose what is offered.
fn contexts(call_id: u32, kind: u8, input: &mut Input<'_>, item: &mut BytesMut) {
    let (offers, sizes) = (input.u8(), input.u8());
    let other = SyntaxId { major: 9, ..SyntaxId::KMS };
    let both = [SyntaxId::NDR32, SyntaxId::NDR64].into();
    let many = ContextElement { transfer_syntaxes: both, ..ContextElement::kms(4, other) };
    let foreign = ContextElement { abstract_syntax: other, ..ContextElement::kms(3, other) };
    let offered = [
        ContextElement::kms(0, SyntaxId::NDR32),
        ContextElement::kms(1, SyntaxId::NDR64),
        ContextElement::kms(2, SyntaxId::btfn(3)),
        foreign,
        many,
        ContextElement::kms(0, SyntaxId::NDR64),
        ContextElement::kms(u16::from(sizes), SyntaxId::NDR32),
        ContextElement::kms(9, SyntaxId::NIL),
    ];
    let chosen = (0..8).zip(offered).filter(|(bit, _)| offers >> bit & 1 != 0).map(|(_, e)| e);
    let contexts: Vec<_> = chosen.collect();
    let body = Bind {
        max_xmit_frag: if sizes & 1 == 0 { 5840 } else { u16::from(sizes) << 6 },
        max_recv_frag: if sizes & 2 == 0 { 5840 } else { u16::from(sizes) << 6 },
        assoc_group_id: u32::from(sizes >> 6),
        contexts: List8::try_from(contexts).unwrap_or_default(),
    };
    let body = if kind & 1 == 0 { Body::Bind(body) } else { Body::AlterContext(body) };
    let order = if kind & 16 == 0 { Order::Little } else { Order::Big };
    let data_rep = DataRep::LITTLE.in_order(order);
    Pdu { data_rep, ..Pdu::new(call_id, body) }.append(item);
}

/// A request whose clock is right, at an edge of the window, past it, or anywhere.
fn sealed(input: &mut Input<'_>) -> Request {
    let (choices, machine) = (input.u8(), input.u8());
    let version = match choices % 3 {
        0 => Version::V4,
        1 => Version::V5,
        _ => Version::V6,
    };
    let client_time = match choices >> 4 {
        0 => NOW.0 + WINDOW,
        1 => NOW.0 + WINDOW + 1,
        2 => NOW.0 - WINDOW,
        3 => NOW.0 - WINDOW - 1,
        4 => input.u64(),
        _ => NOW.0,
    };
    Request {
        version,
        vm_info: 1,
        license_status: LicenseStatus(u32::from(machine & 7)),
        binding_expiration: 43_200,
        application_id: Uuid::from_u128(u128::from(machine >> 6)),
        activation_id: Uuid::from_u128(1),
        kms_counted_id: Uuid::from_u128(2),
        cmid: Uuid::from_u128(machine.into()),
        n_policy: if choices & 8 == 0 { 25 } else { u32::from(input.u16()) },
        client_time: FileTime(client_time),
        previous_cmid: Uuid::nil(),
        machine_name: MachineName::from_units([0x41; UNITS]),
    }
}
