//! Simulated Windows machines whose clocks are wrong on purpose.
