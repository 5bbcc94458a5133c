//! The zone: questions, updates, signatures, faults, and any bytes at all.
#![allow(clippy::unwrap_used, reason = "a test may unwrap")]

mod laws;
mod publish;
mod queries;
mod signatures;
mod support;
mod updates;
