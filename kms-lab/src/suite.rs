//! Many runs of many files: which there are, who does them, and what is told.

pub mod files;
pub mod jobs;
pub mod seeds;
pub mod shard;
pub mod workers;
