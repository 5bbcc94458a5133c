//! The frames of KMS activation, as bytes and as meaning.
//!
//! Pure: no clock, no socket, no generator. Every parser is handed a whole PDU or message and
//! returns a value or the field that was wrong; every value that can be built can be written.
//!
//! * [`rpc`]: DCE/RPC connection-oriented PDUs (C706, MS-RPCE) and the NDR stubs of the one call.
//! * [`dns`]: names, signatures, updates and the codes for what goes wrong, around hickory's records.
//! * [`kms`]: the message inside, the lab's seal over it, the status catalogue.
//! * [`windows`]: texts both simulators print: event records, slmgr's product block and errors.
//! * [`ntp`]: the packet of the Network Time Protocol and the arithmetic of its timestamps.
//! * [`text`], [`nearest`]: texts people type, and what they may have meant.
//! * [`time`], [`draw`]: moments, skews and windows; keyed randomness.
//! * [`dissect`]: any frame as a named listing.
//! * [`capture`]: packets in files, written and read.

pub mod capture;
pub mod dissect;
pub mod dns;
pub mod draw;
pub mod error;
pub mod guid;
pub mod kms;
pub mod nearest;
pub mod ntp;
pub mod order;
pub mod rpc;
pub mod text;
pub mod time;
pub mod windows;
pub mod wire;
pub mod write;
