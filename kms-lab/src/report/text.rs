//! Runs as lines for people.

pub mod columns;
pub mod head;
pub mod run;
pub mod tail;
pub mod trouble;
