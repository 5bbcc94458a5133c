//! The runs of a file: each point of its sweep under each seed.

use std::fmt;
use std::ops::RangeInclusive;

use crate::scenario::document::{Document, Resolved};
use crate::scenario::mistake::Broken;
use crate::scenario::sweep::Point;

/// One run of a file.
#[derive(Clone, Debug)]
pub struct Run<'d> {
    document: &'d Document,
    /// The point of the sweep.
    pub point: &'d Point,
    /// The seed.
    pub seed: u64,
}

impl Run<'_> {
    /// The scenario of this run, and what was drawn for it.
    ///
    /// # Errors
    ///
    /// With every mistake.
    pub fn resolve(&self) -> Result<Resolved, Broken> {
        self.document.resolve(self.point, self.seed)
    }
}

/// What sets a run apart from the others of its file: `machine.fast.clock=+4h@42`.
impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.point, self.seed)
    }
}

/// Every run of a file, seeds varying fastest.
pub fn expand(
    document: &Document,
    seeds: RangeInclusive<u64>,
) -> impl Iterator<Item = Run<'_>> + use<'_> {
    let under = move |point| seeds.clone().map(move |seed| Run { document, point, seed });
    document.points().iter().flat_map(under)
}
