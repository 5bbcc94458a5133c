//! One whole PDU: the common header, a body, and an authentication trailer if there is one.

use bytes::BytesMut;

use crate::error::{DecodeError, Reason, Stop};
use crate::rpc::auth::Auth;
use crate::rpc::bind::Bind;
use crate::rpc::bind_ack::BindAck;
use crate::rpc::bind_nak::BindNak;
use crate::rpc::fault::Fault;
use crate::rpc::header::{DataRep, Flags, Header, MAJOR, PacketType, SIZE};
use crate::rpc::request::Request;
use crate::rpc::response::Response;
use crate::wire::{Order, Parsed, Wire, located};
use crate::write::Writer;

/// Offset of `frag_length` in the header.
const FRAG_LENGTH: usize = 8;

/// What a PDU says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// A call's parameters.
    Request(Request<'a>),
    /// A call's results.
    Response(Response<'a>),
    /// A call that failed in RPC.
    Fault(Fault<'a>),
    /// The client names interfaces.
    Bind(Bind),
    /// The server answers.
    BindAck(BindAck<'a>),
    /// The server refuses.
    BindNak(BindNak<'a>),
    /// The client names more.
    AlterContext(Bind),
    /// The server answers.
    AlterContextResp(BindAck<'a>),
    /// The client cancels a call; there is only the header (C706 §12.6.4.6).
    CoCancel,
    /// The client gives a call up; there is only the header (C706 §12.6.4.8).
    Orphaned,
    /// A PDU of another type, its body as it came.
    Other(PacketType, &'a [u8]),
}

impl<'a> Body<'a> {
    /// The type the header carries.
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Self::Request(_) => PacketType::REQUEST,
            Self::Response(_) => PacketType::RESPONSE,
            Self::Fault(_) => PacketType::FAULT,
            Self::Bind(_) => PacketType::BIND,
            Self::BindAck(_) => PacketType::BIND_ACK,
            Self::BindNak(_) => PacketType::BIND_NAK,
            Self::AlterContext(_) => PacketType::ALTER_CONTEXT,
            Self::AlterContextResp(_) => PacketType::ALTER_CONTEXT_RESP,
            Self::CoCancel => PacketType::CO_CANCEL,
            Self::Orphaned => PacketType::ORPHANED,
            Self::Other(packet_type, _) => *packet_type,
        }
    }

    fn parse(input: &'a [u8], header: &Header) -> Parsed<'a, Self> {
        fn map<'a, T>(parsed: Parsed<'a, T>, body: fn(T) -> Body<'a>) -> Parsed<'a, Body<'a>> {
            parsed.map(|(rest, value)| (rest, body(value)))
        }
        let order = header.order();
        match header.packet_type {
            PacketType::REQUEST => {
                let with_object = header.flags.has(Flags::OBJECT_UUID);
                map(Request::parse(input, order, with_object), Self::Request)
            }
            PacketType::RESPONSE => map(Response::parse(input, order), Self::Response),
            PacketType::FAULT => map(Fault::parse(input, order), Self::Fault),
            PacketType::BIND => map(Bind::parse(input, order), Self::Bind),
            PacketType::BIND_ACK => map(BindAck::parse(input, order), Self::BindAck),
            PacketType::BIND_NAK => map(BindNak::parse(input, order), Self::BindNak),
            PacketType::ALTER_CONTEXT => map(Bind::parse(input, order), Self::AlterContext),
            PacketType::ALTER_CONTEXT_RESP => {
                map(BindAck::parse(input, order), Self::AlterContextResp)
            }
            PacketType::CO_CANCEL => Ok((input, Self::CoCancel)),
            PacketType::ORPHANED => Ok((input, Self::Orphaned)),
            other => Ok((&[], Self::Other(other, input))),
        }
    }

    fn emit(&self, out: &mut Writer<'_>) {
        match self {
            Self::Request(body) => body.emit(out),
            Self::Response(body) => body.emit(out),
            Self::Fault(body) => body.emit(out),
            Self::Bind(body) | Self::AlterContext(body) => body.emit(out),
            Self::BindAck(body) | Self::AlterContextResp(body) => body.emit(out),
            Self::BindNak(body) => body.emit(out),
            Self::CoCancel | Self::Orphaned => {}
            Self::Other(_, bytes) => out.bytes("body", bytes),
        }
    }
}

/// A PDU of protocol version 5.
///
/// Lengths, type and the object flag follow from the parts, so they cannot contradict them.
///
/// INVARIANT: `Pdu::parse(&pdu.to_bytes()) == Ok(pdu)`, for a PDU of at most 65 535 bytes (what
/// `frag_length` can say; longer stubs leave through [`fragment`](crate::rpc::fragment)) whose
/// flags have `OBJECT_UUID` exactly when it is a request with an object, and whose `auth` is not
/// empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdu<'a> {
    /// Minor version; 0 or 1.
    pub minor: u8,
    /// First, last and the rest; `OBJECT_UUID` of a request is written as the object has it.
    pub flags: Flags,
    /// How integers are written.
    pub data_rep: DataRep,
    /// Which call of the connection the PDU is about.
    pub call_id: u32,
    /// What it says.
    pub body: Body<'a>,
    /// Authentication, if there is any.
    pub auth: Option<Auth<'a>>,
}

impl<'a> Pdu<'a> {
    /// A PDU in one piece, little-endian, version 5.0, without authentication.
    pub const fn new(call_id: u32, body: Body<'a>) -> Self {
        Self { minor: 0, flags: Flags::WHOLE, data_rep: DataRep::LITTLE, call_id, body, auth: None }
    }

    /// Reads a PDU that fills `bytes` exactly.
    ///
    /// # Errors
    ///
    /// When `bytes` are not one well-formed PDU of version 5: its field, the reason, the offset.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let (_, header) =
            Header::parse(bytes, Order::Little).map_err(|error| located(&error, bytes.len()))?;
        if header.major != MAJOR {
            let reason = Reason::Value(header.major.into());
            return Err(DecodeError { field: "rpc_vers", reason, offset: 0 });
        }
        if usize::from(header.frag_length) != bytes.len() {
            let expected = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let reason = Reason::Mismatch { found: header.frag_length.into(), expected };
            return Err(DecodeError { field: "frag_length", reason, offset: FRAG_LENGTH });
        }
        let (end, auth) = Auth::split(bytes, &header)?;
        let body = bytes.get(SIZE..end).unwrap_or_default();
        let (rest, body) = Body::parse(body, &header).map_err(|error| located(&error, end))?;
        if !rest.is_empty() {
            let reason = Reason::Trailing(rest.len());
            return Err(Stop { field: "trailing", reason, left: rest.len() }.within(end));
        }
        let Header { minor, flags, data_rep, call_id, .. } = header;
        Ok(Self { minor, flags, data_rep, call_id, body, auth })
    }

    /// Writes the PDU in the writer's byte order, whatever `data_rep` says; [`append`](Self::append)
    /// makes the two agree.
    pub fn emit(&self, out: &mut Writer<'_>) {
        let start = out.written();
        out.group("header", |out| self.header().emit(out));
        self.body.emit(out);
        if let Some(auth) = &self.auth {
            out.group("auth", |out| auth.emit(out));
        }
        let length = out.written().saturating_sub(start);
        out.patch_u16(start.saturating_add(FRAG_LENGTH), u16::try_from(length).unwrap_or(u16::MAX));
    }

    /// Writes the PDU to the end of `out`, in the order its `data_rep` says.
    pub fn append(&self, out: &mut BytesMut) {
        self.emit(&mut Writer::new(out, self.data_rep.order()));
    }

    /// The PDU's encoding, in the order its `data_rep` says.
    pub fn to_bytes(&self) -> BytesMut {
        let mut bytes = BytesMut::new();
        self.append(&mut bytes);
        bytes
    }

    /// The header, its length still to be patched.
    fn header(&self) -> Header {
        let flags = match &self.body {
            Body::Request(request) if request.object.is_some() => {
                self.flags.with(Flags::OBJECT_UUID)
            }
            Body::Request(_) => self.flags.without(Flags::OBJECT_UUID),
            _ => self.flags,
        };
        let auth_length = self.auth.map_or(0, |auth| auth.value.len());
        Header {
            major: MAJOR,
            minor: self.minor,
            packet_type: self.body.packet_type(),
            flags,
            data_rep: self.data_rep,
            frag_length: 0,
            auth_length: u16::try_from(auth_length).unwrap_or(u16::MAX),
            call_id: self.call_id,
        }
    }
}
