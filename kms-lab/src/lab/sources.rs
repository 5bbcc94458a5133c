//! The scenario a lab is made from, read from files once and from the lab ever after.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::scenario::document::{Document, Resolved};
use crate::scenario::mistake::Broken;
use crate::scenario::source::Source;

/// The document whose texts these are, the file's own first.
///
/// # Errors
///
/// With every mistake in them.
pub fn document(sources: &[Source]) -> Result<Document, Broken> {
    let texts: BTreeMap<&str, &str> =
        sources.iter().map(|source| (source.name.as_str(), source.text.as_str())).collect();
    let read = |path: &Path| {
        let text = texts.get(path.display().to_string().as_str()).copied();
        text.map(|text| text.as_bytes().to_vec()).ok_or(io::ErrorKind::NotFound.into())
    };
    let first = sources.first().map_or("", |source| source.name.as_str());
    Document::load(Path::new(first), &read)
}

/// The one run of a lab: the first point of a sweep, under the lab's seed.
///
/// # Errors
///
/// With every mistake.
pub fn resolve(document: &Document, seed: u64) -> Result<Resolved, Broken> {
    document.resolve(&document.points().first().cloned().unwrap_or_default(), seed)
}
