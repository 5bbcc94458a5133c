//! The Windows Time service over virtual time: the ladder of clock error, its events, its commands.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod commands;
mod events;
mod golden;
mod lab;
mod ladder;
mod monitor;
mod story;
