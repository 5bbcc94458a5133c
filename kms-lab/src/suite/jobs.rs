//! The runs of a command: files by points by seeds.

use std::path::{Path, PathBuf};

use crate::report::outcome::{Mode, Run};
use crate::report::trouble::{Finding, Place, Trouble};
use crate::scenario::document::{Document, Resolved};
use crate::scenario::head::{self, SeedChoice};
use crate::scenario::mistake::Broken;
use crate::scenario::sweep::Point;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::suite::seeds::Seeds;
use crate::suite::shard::Shard;

/// A file that was read, or why it was not.
#[derive(Debug)]
pub struct File {
    /// Its path as it was given or found.
    pub path: PathBuf,
    /// What it says.
    pub document: Result<Document, Broken>,
}

/// Which seeds are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// What each file says, or else the seed of a run nobody gave one.
    Own,
    /// This seed.
    One(u64),
    /// All of these.
    Each(Seeds),
}

/// One run to be done.
#[derive(Clone, Debug)]
pub struct Job<'f> {
    file: &'f File,
    point: Option<&'f Point>,
    /// The report's first lines: whose run it is.
    pub run: Run,
}

impl File {
    /// Reads a file and what it includes.
    pub fn read(path: PathBuf) -> Self {
        let document = Document::load(&path, &|path: &Path| std::fs::read(path));
        Self { path, document }
    }
}

/// The most runs of one command: what is known of each is kept until the last report is written.
pub const MOST: usize = 1_000_000;

/// The most runs of all parts together: each is counted to know whose it is.
const MOST_OF_ALL: usize = 100 * MOST;

/// Every run of these files, seeds varying fastest; of a part only those in it.
///
/// # Errors
///
/// When there are more than [`MOST`].
pub fn jobs<'f>(
    files: &'f [File],
    under: Under,
    shard: Option<Shard>,
) -> Result<Vec<Job<'f>>, Stop> {
    let mut jobs = Vec::new();
    let mut place = 0;
    let mut put = |job: Job<'f>| -> Result<(), Stop> {
        place += 1;
        let mine =
            |shard: Shard| shard.has(place - 1, &format!("{}:{}", job.run.file, job.run.label()));
        if shard.is_none_or(mine) {
            if jobs.len() == MOST || place > MOST_OF_ALL {
                let message = format!("more than {MOST} runs at once");
                return Err(Stop::usage(message, "fewer --seeds, or one --shard of several"));
            }
            jobs.push(job);
        }
        Ok(())
    };
    for file in files {
        let name = file.path.display().to_string();
        let Ok(document) = &file.document else {
            let seed = match under {
                Under::One(seed) => seed,
                Under::Own | Under::Each(_) => Seed::default().0,
            };
            let repeat = format!("kmslab run {}", quoted(&name));
            put(Job {
                file,
                point: None,
                run: Run { file: name, seed, repeat, ..Run::default() },
            })?;
            continue;
        };
        let own = own(document);
        let (title, mode) = head(document, own, &file.path);
        let seeds = match under {
            Under::Own => own..=own,
            Under::One(seed) => seed..=seed,
            Under::Each(seeds) => seeds.range(),
        };
        // A seed nobody chose is told, so that the run can be done again.
        let drawn = under == Under::Own && document.seed() == Some(SeedChoice::Random);
        let seed_in_name = drawn || matches!(under, Under::Each(_));
        for point in document.points() {
            let text = Some(point.to_string()).filter(|text| !text.is_empty());
            for seed in seeds.clone() {
                put(Job {
                    file,
                    point: Some(point),
                    run: Run {
                        file: name.clone(),
                        name: title.clone(),
                        point: text.clone(),
                        seed,
                        seed_in_name,
                        mode,
                        repeat: format!("kmslab run {} --seed {seed}", quoted(&name)),
                        ..Run::default()
                    },
                })?;
            }
        }
    }
    Ok(jobs)
}

/// The seed of a file that is run once.
fn own(document: &Document) -> u64 {
    match document.seed() {
        Some(SeedChoice::Number(seed)) => seed,
        Some(SeedChoice::Random) => "random".parse().unwrap_or_else(|_| Seed::default()).0,
        None => Seed::default().0,
    }
}

impl Job<'_> {
    /// Whether its file could be read.
    pub const fn is_readable(&self) -> bool {
        self.point.is_some()
    }

    /// Reads the scenario of this run.
    ///
    /// # Errors
    ///
    /// With the report of a run whose file is invalid.
    pub fn resolve(&self) -> Result<Resolved, Box<Run>> {
        let invalid = |broken: &Broken| {
            let troubles = findings(broken).into_iter().map(Trouble::Invalid).collect();
            Box::new(Run { troubles, ..self.run.clone() })
        };
        match (&self.file.document, self.point) {
            (Ok(document), Some(point)) => {
                document.resolve(point, self.run.seed).map_err(|broken| invalid(&broken))
            }
            (Err(broken), _) => Err(invalid(broken)),
            (Ok(_), None) => Err(Box::new(self.run.clone())),
        }
    }
}

/// What is wrong with a file, a finding each.
fn findings(broken: &Broken) -> Vec<Finding> {
    let told = broken.told();
    told.into_iter()
        .map(|(place, message, notes)| Finding {
            place: Some(Place { file: place.file, line: place.line, column: place.column }),
            subject: String::new(),
            message,
            witness: None,
            notes,
        })
        .collect()
}

/// What the scenario is called and how its time passes, as far as it can be read.
fn head(document: &Document, seed: u64, path: &Path) -> (String, Mode) {
    let first = document.points().first().and_then(|point| document.resolve(point, seed).ok());
    let Some(resolved) = first else { return (stem(path), Mode::Virtual) };
    let head = resolved.scenario.head;
    let mode = match head.mode {
        head::Mode::Virtual => Mode::Virtual,
        head::Mode::Real => Mode::Real,
        head::Mode::RealScaled => Mode::RealScaled,
    };
    (head.name, mode)
}

/// The file's name without its ending, until the scenario says what it is called.
fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
