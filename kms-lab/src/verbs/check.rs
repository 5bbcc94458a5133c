//! `kmslab check`: reads scenario files and says what is wrong with them, without running any.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::console::{ASIDE, BAD, Console, GOOD};
use crate::exit::Exit;
use crate::faults_file;
use crate::scenario::document::Document;
use crate::scenario::mistake::Broken;
use crate::scenario::text::LONGEST;
use crate::stop::Stop;

/// What `kmslab check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Scenario files, files of faults alone (as serve --faults takes), and directories of them
    /// (*.toml).
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
        match checked(file) {
            Ok(count) if !args.quiet => {
                let points = "points of its sweep";
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

/// How many points a file's sweep has; a file of faults has none.
fn checked(file: &Path) -> Result<usize, Broken> {
    let text = read(file).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some(text) = text.filter(|text| faults_file::is_alone(text)) {
        return faults_file::parse(&file.display().to_string(), &text, true).map(|_| 0);
    }
    let document = Document::load(file, &read)?;
    document.check()?;
    Ok(document.points().len())
}

fn told(mistakes: &Broken) -> String {
    match mistakes.mistakes().len() {
        1 => "1 mistake".to_owned(),
        count => format!("{count} mistakes"),
    }
}

/// The files meant by paths: a directory stands for the `*.toml` in it and in the directories within,
/// those whose names begin with a dot left out, in the order of their names.
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
        let before = files.len();
        within(path, &mut files).map_err(|error| {
            Stop::new(Exit::Invalid, format!("{}: {error}", path.display()), "a directory to read")
        })?;
        if files.len() == before {
            let message = format!("{}: no *.toml in this directory", path.display());
            return Err(Stop::new(Exit::Invalid, message, "a directory of scenario files"));
        }
    }
    Ok(files)
}

/// The files of a directory, then those of the directories within.
fn within(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let (mut found, mut deeper) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link to a directory is not followed: it may lead back here.
        if entry.file_type()?.is_dir() && !hidden {
            deeper.push(path);
        } else if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    deeper.sort();
    files.append(&mut found);
    for directory in deeper {
        within(&directory, files)?;
    }
    Ok(())
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
