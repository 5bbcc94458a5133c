//! The zone: questions, updates, signatures, faults, and any bytes at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

mod laws;
mod publish;
mod queries;
mod signatures;
mod support;
mod updates;
