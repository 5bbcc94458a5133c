//! What a request costs: the frames, messages and hosts that the benches measure.
//!
//! `benches/run` runs them all and holds them to their goals; `docs/speed.md` has the figures.
//!
//! * [`messages`]: KMS messages of each version, sealed and answered.
//! * [`pdus`]: one PDU of each kind, and the stubs they carry.
//! * [`cryptography`]: what the ciphers and hashes of a request cost alone.
//! * [`whole`]: a bound connection to a host, bytes in and bytes out.

pub mod cryptography;
pub mod messages;
pub mod pdus;
pub mod whole;
