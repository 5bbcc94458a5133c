//! DCE/RPC, connection-oriented, version 5.0: what carries the KMS message.
//!
//! C706 chapter 12 with Microsoft's extensions (MS-RPCE). One PDU is [`pdu::Pdu`]; only
//! [`frame::first`] may say that more bytes are needed, every other parser is handed a whole PDU.
//! The two orders of integers of C706 §14 are read and written everywhere.
//!
//! * [`header`], [`frame`], [`pdu`], [`auth`]: what all PDUs share.
//! * [`bind`], [`bind_ack`], [`bind_nak`], [`syntax`], [`list`]: agreeing on an interface.
//! * [`request`], [`response`], [`fault`], [`status`]: calls.
//! * [`fragment`], [`reassembly`]: calls longer than a PDU.
//! * [`stub`], [`verification`]: the parameters of the one operation.

pub mod auth;
pub mod bind;
pub mod bind_ack;
pub mod bind_nak;
pub mod fault;
pub mod fragment;
pub mod frame;
pub mod header;
pub mod list;
pub mod pdu;
pub mod reassembly;
pub mod request;
pub mod response;
pub mod status;
pub mod stub;
pub mod syntax;
pub mod verification;
