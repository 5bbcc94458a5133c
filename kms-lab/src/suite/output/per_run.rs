//! One file a run, such as a plot or a capture, named by what sets the run apart.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::report::outcome::Run;
use crate::stop::Stop;
use crate::suite::output::create;

/// The longest part of a file's name that comes from a run.
const LONGEST: usize = 150;

/// Where an option's files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerRun {
    option: &'static str,
    paths: Vec<PathBuf>,
}

impl PerRun {
    /// The files of these runs for an option: `p.svg` of a single one; `p-seed17.svg` where only
    /// seeds differ; else `p-NAME.svg`, with the point of the sweep and the seed where there are
    /// several.
    pub fn of<'r>(
        option: &'static str,
        path: &Path,
        runs: impl Iterator<Item = &'r Run> + Clone,
    ) -> Self {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy()));
        let ending = ending.unwrap_or_default();
        let mut taken = BTreeSet::new();
        let first = runs.clone().next();
        let like_first = |run: &Run| {
            first.is_some_and(|first| (&run.file, &run.point) == (&first.file, &first.point))
        };
        let only_seeds = runs.clone().all(like_first);
        let alone = runs.clone().nth(1).is_none();
        let paths = runs.map(|run| {
            if alone {
                return path.to_owned();
            }
            let seed = format!("seed{}", run.seed);
            let apart = match (&run.point, run.seed_in_name) {
                _ if only_seeds => seed,
                (None, false) => run.name.clone(),
                (Some(point), false) => format!("{}-{point}", run.name),
                (None, true) => format!("{}-{seed}", run.name),
                (Some(point), true) => format!("{}-{point}-{seed}", run.name),
            };
            let tidy =
                |c: char| if c.is_ascii_alphanumeric() || "._+=-".contains(c) { c } else { '_' };
            let apart: String = apart.chars().map(tidy).take(LONGEST).collect();
            // Two files may give their scenarios one name.
            let names = std::iter::once(format!("{stem}-{apart}{ending}"))
                .chain((2_u64..).map(|n| format!("{stem}-{apart}-{n}{ending}")));
            let name = names.into_iter().find(|name| taken.insert(name.clone()));
            path.with_file_name(name.unwrap_or_default())
        });
        Self { option, paths: paths.collect() }
    }

    /// The option.
    pub const fn option(&self) -> &'static str {
        self.option
    }

    /// Every file, in the order of the runs.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Removes what an earlier command left in their places, `path` itself included.
    ///
    /// # Errors
    ///
    /// When one cannot be removed.
    pub fn clear(&self, path: &Path) -> Result<(), Stop> {
        for old in self.paths.iter().map(PathBuf::as_path).chain([path]) {
            // A device holds nothing old, and a link, /dev/stdout for one, stays where it is.
            if fs::symlink_metadata(old).is_ok_and(|found| !found.is_file()) {
                continue;
            }
            match fs::remove_file(old) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let message =
                        format!("{}: cannot replace {}: {error}", self.option, old.display());
                    return Err(Stop::new(
                        Exit::CannotStart,
                        message,
                        "a file that may be removed",
                    ));
                }
                _ => {}
            }
        }
        // Whether it can be written is better known before the runs than after. A pipe is left
        // alone: who reads it would take the first close for the end.
        if let Some(first) = self.paths.first().filter(|first| !first.exists()) {
            create(first, self.option)?;
            fs::remove_file(first)?;
        }
        Ok(())
    }

    /// Writes the file of the run at a place.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, place: usize, bytes: &[u8]) -> Result<(), Stop> {
        let Some(path) = self.paths.get(place) else { return Ok(()) };
        let mut file = create(path, self.option)?;
        file.write_all(bytes).and_then(|()| file.flush()).map_err(|error| {
            let message = format!("{}: cannot write {}: {error}", self.option, path.display());
            Stop::new(Exit::Internal, message, "a disk with room")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(runs: &[(&str, Option<&str>, u64, bool)]) -> Vec<String> {
        let run = |(name, point, seed, seed_in_name): &(&str, Option<&str>, u64, bool)| Run {
            file: format!("{name}.toml"),
            name: (*name).to_owned(),
            point: point.map(str::to_owned),
            seed: *seed,
            seed_in_name: *seed_in_name,
            ..Run::default()
        };
        let runs: Vec<Run> = runs.iter().map(run).collect();
        let plots = PerRun::of("--plot", Path::new("out/p.svg"), runs.iter());
        plots.paths().iter().map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_file_is_named_by_what_sets_its_run_apart() {
        assert_eq!(names(&[("a", None, 42, false)]), ["out/p.svg"]);
        let seeds = names(&[("a", None, 17, true), ("a", None, 18, true)]);
        assert_eq!(seeds, ["out/p-seed17.svg", "out/p-seed18.svg"]);
        let files = names(&[("a", None, 42, false), ("b/c", None, 42, false)]);
        assert_eq!(files, ["out/p-a.svg", "out/p-b_c.svg"]);
        let points = names(&[("a", Some("x=+4h"), 1, true), ("a", Some("x=-4h"), 1, true)]);
        assert_eq!(points, ["out/p-a-x=+4h-seed1.svg", "out/p-a-x=-4h-seed1.svg"]);
        let same = names(&[("a", None, 1, false), ("b", None, 1, false), ("a", None, 1, false)]);
        assert_eq!(same, ["out/p-a.svg", "out/p-b.svg", "out/p-a-2.svg"]);
    }
}
