//! What is told of runs: pure functions from results to texts.

pub mod course;
pub mod outcome;
pub mod trouble;
pub mod verdict;
