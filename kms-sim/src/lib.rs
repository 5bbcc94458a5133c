//! A simulated KMS host.
//!
//! The core is pure: time and randomness are arguments, bytes come and go through buffers.
//!
//! * [`session`]: one connection, from bytes to calls and back.
//! * [`call`]: what a service is told about a call.
//! * [`strictness`]: how much of what is odd the host refuses.

pub mod call;
pub mod session;
pub mod strictness;
