//! Simulated Windows machines whose clocks are wrong on purpose.
//!
//! Pure, but for what stands under `net`: time and randomness are arguments.
//!
//! * [`clock`]: what a machine's clock reads at a moment of true time, and the strings for it.

pub mod clock;
