//! The event log of a computer in a world, as people, scripts and `wevtutil` read it.

pub mod element;
pub mod json;
pub mod query;
pub mod record;
pub mod structured;
pub mod text;
pub mod wevtutil;
pub mod xml;
