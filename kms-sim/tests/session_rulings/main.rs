//! The host's session, ruling by ruling: PDUs in, answers as text.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helper fails the test, loudly"
)]

mod binding;
mod calls;
mod fragments;
mod lab;
mod limits;
mod pedantic;
mod slices;
mod told;
