//! DNS as a host and a machine both speak it; hickory-proto carries the records.
//!
//! * [`name`]: domains, and the name hosts are found by.
//! * [`outline`], [`message`]: bytes to messages and back, whatever the bytes.
//! * [`key`], [`tsig`]: signatures ([RFC 8945]), made and judged by a clock the caller reads.
//! * [`update`]: dynamic updates ([RFC 2136]) and what their answers say.
//! * [`failure`]: what went wrong, and Windows' code for it.
//!
//! [RFC 2136]: https://www.rfc-editor.org/rfc/rfc2136
//! [RFC 8945]: https://www.rfc-editor.org/rfc/rfc8945

pub mod failure;
pub mod key;
pub mod message;
pub mod name;
pub mod outline;
pub mod tsig;
pub mod update;
