//! Sockets and timers around a [`Host`](crate::host::Host): shells without rules.

pub mod connection;
pub mod listen;
pub mod observer;
pub mod options;
pub mod server;
pub mod shared;
