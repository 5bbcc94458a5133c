//! Where the columns of a run's line stand.

use crate::report::clean::clean;

/// The width of the names, so that every line's numbers stand below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Characters for a run's label.
    pub label: usize,
}

/// No narrower, so that a suite of short names still reads as a table.
const NARROW: usize = 16;

/// No wider: a longer label pushes only its own line.
const WIDE: usize = 60;

impl Columns {
    /// Columns that hold `labels`.
    pub fn of(labels: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let width = |label: &str| clean(label).chars().count();
        let longest = labels.into_iter().map(|label| width(label.as_ref())).max().unwrap_or(0);
        Self { label: longest.clamp(NARROW, WIDE) }
    }
}
