//! Simulated Windows machines whose clocks are wrong on purpose.
//!
//! Pure, but for what stands under `net`: time and randomness are arguments.
//!
//! * [`clock`]: what a machine's clock reads at a moment of true time, and the strings for it.
//! * [`session`]: the client's side of an RPC association.

pub mod clock;
pub mod session;
