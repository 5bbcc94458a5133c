//! The KMS message, its seal, its checks and the status catalogue, through the public API.
//! One binary, so that the crate is linked once.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod catalogue;
mod check;
mod dissect;
mod fields;
mod golden;
mod seal;
mod strategies;
mod vectors;
