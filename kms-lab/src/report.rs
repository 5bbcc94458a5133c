//! What is told of runs: pure functions from results to texts.

pub mod clean;
pub mod course;
pub mod json;
pub mod junit;
pub mod outcome;
pub mod plot;
pub mod tap;
pub mod text;
pub mod totals;
pub mod trouble;
pub mod units;
pub mod verdict;
