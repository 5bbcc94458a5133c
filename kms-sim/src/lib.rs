//! A simulated KMS host.
