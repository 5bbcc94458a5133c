//! The Network Time Protocol's packet, and the arithmetic of four timestamps (RFC 5905, RFC 4330).
//!
//! Forty-eight bytes, the same asked and answered; what may follow them (extension fields, a
//! digest) is nobody's business here. Timestamps count seconds modulo 2³², so a moment is known
//! only together with the era a reader thinks it lives in.

pub mod exchange;
pub mod packet;
pub mod reference_id;
pub mod short;
pub mod timestamp;

/// The port of the protocol.
pub const PORT: u16 = 123;
