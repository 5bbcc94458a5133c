//! Sockets and timers around a [`Host`](crate::host::Host): shells without rules.

mod bent;
mod carry;
pub mod connection;
pub mod dns;
mod door;
pub mod listen;
pub mod meddling;
pub mod ntp;
pub mod observer;
pub mod options;
pub mod server;
pub mod shared;
pub mod starving;
pub mod tap;
mod welcome;
