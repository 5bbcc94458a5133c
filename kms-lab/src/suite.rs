//! Many runs of many files: which there are, who does them, and what is told.

pub mod computer;
pub mod files;
pub mod jobs;
pub mod output;
pub mod planning;
pub mod progress;
pub mod seeds;
pub mod shard;
pub mod workers;
