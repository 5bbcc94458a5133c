//! `kmslab check`: reads scenario files and says what is wrong with them, without running any.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::console::{ASIDE, BAD, Console, GOOD};
use crate::exit::Exit;
use crate::scenario::document::Document;
use crate::scenario::mistake::Broken;
use crate::scenario::text::LONGEST;
use crate::stop::Stop;
use crate::world::build;
use crate::world::cast::Cast;

/// What `kmslab check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Scenario files, and directories of them (*.toml).
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Say nothing where nothing is wrong.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Checks every file; none is run.
///
/// # Errors
///
/// When the output cannot be written or a directory cannot be read.
pub fn run(args: &CheckArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let files = scenario_files(&args.files)?;
    let mut broken = 0_usize;
    for file in &files {
        let checked = Document::load(file, &read).and_then(|document| {
            document.check()?;
            Ok(document)
        });
        match checked {
            Ok(document) if !unbuildable(&document).is_empty() => {
                broken = broken.saturating_add(1);
                let findings = unbuildable(&document);
                for finding in &findings {
                    writeln!(console.err, "{finding}")?;
                }
                if !args.quiet {
                    let word = console.paint(BAD, "invalid");
                    let count = count_of(findings.len());
                    writeln!(console.out, "{word}  {}  {count}", file.display())?;
                }
            }
            Ok(document) if !args.quiet => {
                let (count, points) = (document.points().len(), "points of its sweep");
                let ok = console.paint(GOOD, "ok");
                let aside = if count > 1 { format!("  {count} {points}") } else { String::new() };
                let aside = console.paint(ASIDE, &aside);
                writeln!(console.out, "{ok}  {}{aside}", file.display())?;
            }
            Ok(_) => {}
            Err(mistakes) => {
                broken = broken.saturating_add(1);
                write!(console.err, "{mistakes}")?;
                if !args.quiet {
                    let word = console.paint(BAD, "invalid");
                    writeln!(console.out, "{word}  {}  {}", file.display(), told(&mistakes))?;
                }
            }
        }
    }
    if broken == 0 { Ok(Exit::Ok) } else { Ok(Exit::Invalid) }
}

/// What keeps a file that reads well from becoming a world, each mistake once: what `kmslab run`
/// would refuse is refused here.
fn unbuildable(document: &Document) -> Vec<String> {
    let mut all = Vec::new();
    for point in document.points() {
        let Ok(resolved) = document.resolve(point, 0) else { continue };
        let scenario = &resolved.scenario;
        for finding in build::plan(scenario, &Cast::of(scenario)).err().unwrap_or_default() {
            let place = finding.place.as_ref().map(|place| format!("{place}: "));
            let (place, subject) = (place.unwrap_or_default(), &finding.subject);
            let told = format!("{place}{subject}: {}", finding.message);
            if !all.contains(&told) {
                all.push(told);
            }
        }
    }
    all
}

fn told(mistakes: &Broken) -> String {
    count_of(mistakes.mistakes().len())
}

fn count_of(mistakes: usize) -> String {
    match mistakes {
        1 => "1 mistake".to_owned(),
        count => format!("{count} mistakes"),
    }
}

/// The files meant by paths: a directory stands for the `*.toml` in it, in the order of their names.
///
/// # Errors
///
/// When a directory cannot be read, or has none.
pub fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let cannot = |error: io::Error| {
            Stop::new(Exit::Invalid, format!("{}: {error}", path.display()), "a directory to read")
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            if file.extension().is_some_and(|extension| extension == "toml") && file.is_file() {
                found.push(file);
            }
        }
        if found.is_empty() {
            let message = format!("{}: no *.toml in this directory", path.display());
            return Err(Stop::new(Exit::Invalid, message, "a directory of scenario files"));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

/// The bytes of a file; of one that is too long, as many as show that it is.
///
/// # Errors
///
/// When it cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read;
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
