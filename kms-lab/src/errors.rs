//! The errors of KMS activation, each with a scenario that brings it about.

pub mod play;
pub mod table;
pub mod telling;
pub mod text;
pub mod tries;
