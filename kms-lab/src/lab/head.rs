//! What a lab was made from.

use kms_proto::time::Moment;

use crate::scenario::source::Source;

/// What stands in a lab's file besides its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The version of this program that made it.
    pub made_by: String,
    /// The seed of every draw.
    pub seed: u64,
    /// True time when it was made, where it follows this computer's clock.
    pub live_since: Option<Moment>,
    /// The texts of its scenario: the file's, then those it includes.
    pub sources: Vec<Source>,
}
