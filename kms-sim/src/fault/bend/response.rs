//! `rpc.response`: the answer to a call, read as one, changed, and written again.

use bytes::{Bytes, BytesMut};
use kms_proto::order::Order;
use kms_proto::rpc::auth::Auth;
use kms_proto::rpc::bind::WINDOWS_FRAG;
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::fragment;
use kms_proto::rpc::header::{self, Flags};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::response::{self, Response};
use kms_proto::rpc::status::FaultStatus;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;

use crate::fault::bend::{Cannot, THE_SAME};
use crate::fault::chance::Chance;
use crate::fault::kind::response::{ResponseKind, WrongFlags};
use crate::fault::notes::Notes;
use crate::fault::value::{Size, Status};

/// Bytes of an authentication token, at most.
const MOST_TOKEN: usize = 1024;
/// Bytes behind the results, at most: what one PDU may hold beyond them.
const MOST_PADDING: usize = 32 * 1024;

/// The answer to one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    call_id: u32,
    context_id: u16,
    stub: BytesMut,
    /// The longest PDU.
    max_frag: usize,
    alloc_hint: Option<u32>,
    wrong_flags: Option<WrongFlags>,
    token: Vec<u8>,
    fault: Option<(FaultStatus, Flags)>,
}

impl Answer {
    /// Reads the PDUs of an answer; `None` when they are not the responses of one call.
    pub fn read(pdus: &[Bytes]) -> Option<Self> {
        let mut answer: Option<Self> = None;
        for bytes in pdus {
            let pdu = Pdu::parse(bytes).ok()?;
            let Body::Response(piece) = &pdu.body else { return None };
            let answer = answer.get_or_insert_with(|| Self::empty(pdu.call_id, piece.context_id));
            answer.stub.extend_from_slice(piece.stub);
            if pdus.len() > 1 {
                let longest = pdus.iter().map(Bytes::len).max().unwrap_or(0);
                answer.max_frag = longest;
            }
        }
        answer
    }

    fn empty(call_id: u32, context_id: u16) -> Self {
        Self {
            call_id,
            context_id,
            stub: BytesMut::new(),
            max_frag: usize::from(WINDOWS_FRAG),
            alloc_hint: None,
            wrong_flags: None,
            token: Vec::new(),
            fault: None,
        }
    }

    /// Puts a fault in its place; the call did not run.
    pub fn fault(&mut self, status: FaultStatus) {
        self.fault = Some((status, Flags::WHOLE.with(Flags::DID_NOT_EXECUTE)));
    }

    /// Bends it.
    ///
    /// # Errors
    ///
    /// When it has nothing of the kind, or is so already.
    pub fn bend(
        &mut self,
        kind: &ResponseKind,
        chance: &Chance<'_>,
        told: (&str, &mut Notes),
    ) -> Result<(), Cannot> {
        let before = self.clone();
        self.change(kind, chance, told)?;
        if *self == before { Err(THE_SAME) } else { Ok(()) }
    }

    fn change(
        &mut self,
        kind: &ResponseKind,
        chance: &Chance<'_>,
        (id, notes): (&str, &mut Notes),
    ) -> Result<(), Cannot> {
        match kind {
            ResponseKind::Fragment { bytes: Size(bytes) } => {
                let room = (*bytes).max(8) & !7;
                if self.stub.len() <= room {
                    return Err("the answer fits one fragment");
                }
                self.max_frag = header::SIZE + response::FIXED + room;
            }
            ResponseKind::FragFlags { flags } => self.wrong_flags = Some(*flags),
            ResponseKind::WrongCallId { by } => {
                self.call_id = self.call_id.wrapping_add_signed(*by);
            }
            ResponseKind::WrongContext { by } => {
                let id = i64::from(self.context_id).saturating_add((*by).into());
                self.context_id = u16::try_from(id.rem_euclid(0x1_0000)).unwrap_or(0);
            }
            ResponseKind::AllocHint { value } => {
                let hint = value.unwrap_or_else(|| chance.number("hint"));
                notes.drew(id, "hint", &hint);
                self.alloc_hint = Some(hint);
            }
            ResponseKind::StubLength { by } => self.misstate(*by)?,
            ResponseKind::Padding { bytes: Size(bytes) } => {
                let length = self.stub.len() + (*bytes).min(MOST_PADDING);
                self.stub.resize(length, 0xaa);
            }
            ResponseKind::AuthTrailer { bytes: Size(bytes) } => {
                self.token = vec![0x5a; (*bytes).clamp(1, MOST_TOKEN)];
            }
            ResponseKind::Fault { status: Status(status) } => {
                self.fault = Some((*status, Flags::WHOLE));
            }
            ResponseKind::Referent { value } => {
                let referent = value.unwrap_or_else(|| chance.number("referent")).max(1);
                let (ndr, stub) = self.results()?;
                if stub.message.is_none() {
                    return Err("a refusal's pointer is null");
                }
                notes.drew(id, "referent", &referent);
                let at = if ndr == Ndr::Ndr32 { 4 } else { 8 };
                self.patch(at, referent);
            }
        }
        Ok(())
    }

    /// Writes it.
    pub fn pdus(&self) -> Vec<Bytes> {
        if let Some((status, flags)) = self.fault {
            let mut pdu = Pdu::new(self.call_id, Body::Fault(Fault::new(self.context_id, status)));
            pdu.flags = flags;
            return vec![pdu.to_bytes().freeze()];
        }
        let Self { context_id, stub, .. } = self;
        let whole = Response { alloc_hint: 0, context_id: *context_id, cancel_count: 0, stub };
        let mut pdus = Vec::new();
        for (mut flags, mut piece) in fragment::responses(whole, self.max_frag) {
            piece.alloc_hint = self.alloc_hint.unwrap_or(piece.alloc_hint);
            flags = match self.wrong_flags {
                Some(WrongFlags::MissingLast) => flags.without(Flags::LAST),
                Some(WrongFlags::MissingFirst) => flags.without(Flags::FIRST),
                None => flags,
            };
            let mut pdu = Pdu::new(self.call_id, Body::Response(piece));
            pdu.flags = flags;
            pdu.auth = self.auth(piece.stub.len());
            pdus.push(pdu.to_bytes().freeze());
        }
        pdus
    }

    /// NTLM at packet level, of which nobody spoke.
    fn auth(&self, stub: usize) -> Option<Auth<'_>> {
        let pad_length = u8::try_from(stub.next_multiple_of(4) - stub).unwrap_or(0);
        let auth = Auth { auth_type: 10, level: 4, pad_length, context_id: 0, value: &self.token };
        (!self.token.is_empty()).then_some(auth)
    }

    /// The results, and the syntax they are in.
    fn results(&self) -> Result<(Ndr, ResponseStub<'_>), Cannot> {
        [Ndr::Ndr32, Ndr::Ndr64]
            .into_iter()
            .find_map(|ndr| {
                let stub = ResponseStub::from_bytes(&self.stub, ndr, Order::Little).ok()?;
                Some((ndr, stub))
            })
            .ok_or("the results are bent already")
    }

    /// Lets the results state another size than they have.
    fn misstate(&mut self, by: i32) -> Result<(), Cannot> {
        let (ndr, stub) = self.results()?;
        let Some(message) = stub.message else {
            return Err("a refusal has no message to misstate");
        };
        let size = u32::try_from(message.len()).unwrap_or(u32::MAX).saturating_add_signed(by);
        self.patch(0, size);
        self.patch(if ndr == Ndr::Ndr32 { 8 } else { 16 }, size);
        Ok(())
    }

    fn patch(&mut self, at: usize, number: u32) {
        if let Some(place) = self.stub.get_mut(at..at + 4) {
            place.copy_from_slice(&number.to_le_bytes());
        }
    }
}
