//! The host from message to answer, its rules to the tick, and its views.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answers;
mod clients_model;
mod commands;
mod connection;
mod foreign;
mod golden;
mod ladder;
mod odd_requests;
mod pedantic;
mod request;
mod sealed;
#[cfg(feature = "net")]
mod sockets;
mod views;
mod window_table;
mod wire;
