//! `kmslab run`: scenario files, run and judged.

use std::fmt::{self, Write as _};
use std::fs::File as FsFile;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;

use clap::Args;

use crate::clock::Stopwatch;
use crate::console::Console;
use crate::exit::Exit;
use crate::report::outcome::{Level, Machine, Mode, Plan, Run, Suite};
use crate::report::text::columns::Columns;
use crate::report::{json, junit, plot, tap, text};
use crate::seed::Seed;
use crate::stop::Stop;
use crate::suite::files::find;
use crate::suite::jobs::{File, Job, Under, jobs, quoted};
use crate::suite::seeds::Seeds;
use crate::suite::shard::Shard;
use crate::suite::workers;
use crate::world::diary::Keep;
use crate::world::real;
use crate::world::runner;
use crate::world::runner::{Ran, Wants};

/// What `kmslab run` takes.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scenario files, or folders that are searched for *.toml.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// The seed of every draw: a number, or random; each file's own if left out.
    #[arg(long, value_name = "N|random", conflicts_with = "seeds")]
    pub seed: Option<Seed>,
    /// Run everything under each of these seeds, both ends included.
    #[arg(long, value_name = "A..B")]
    pub seeds: Option<Seeds>,
    /// Run one part of several: m/n in turn, or hash:m/n by name.
    #[arg(long, value_name = "M/N")]
    pub shard: Option<Shard>,
    /// Run everything twice and compare the journals, byte by byte.
    #[arg(long)]
    pub check_determinism: bool,
    /// Write the journal (NDJSON) of all runs, in their order, to a file, or to stdout with -.
    #[arg(long, value_name = "FILE|-")]
    pub journal: Option<PathBuf>,
    /// Write a report: junit=FILE, json=FILE or tap=FILE; - is stdout. Repeatable.
    #[arg(long, value_name = "FORM=FILE")]
    pub report: Vec<Report>,
    /// Draw every clock, the window and every request of the run as SVG; one file a run.
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// It is fine when nothing is selected.
    #[arg(long)]
    pub allow_none: bool,
    /// How many runs are done at once; as many as there are processors if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// A report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    form: Form,
    to: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Junit,
    Json,
    Tap,
}

impl FromStr for Report {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "one of junit=FILE, json=FILE, tap=FILE; - is stdout";
        let (form, to) = text.split_once('=').ok_or(hint)?;
        let form = match form {
            "junit" => Form::Junit,
            "json" => Form::Json,
            "tap" => Form::Tap,
            _ => return Err(hint.to_owned()),
        };
        if to.is_empty() { Err(hint.to_owned()) } else { Ok(Self { form, to: to.into() }) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.form {
            Form::Junit => "junit",
            Form::Json => "json",
            Form::Tap => "tap",
        };
        write!(f, "{form}={}", self.to.display())
    }
}

/// Runs every scenario, tells of each, and ends with the code that wins.
///
/// # Errors
///
/// When a path cannot be read, or a journal or report cannot be written.
pub fn run(args: &RunArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let watch = Stopwatch::start();
    if args.to_stdout() > 1 {
        return Err(Stop::usage("stdout can take one journal or report", "a file for the others"));
    }
    let files: Vec<File> = find(&args.paths)
        .map_err(|(path, error)| {
            let message = format!("{}: {error}", path.display());
            Stop::new(Exit::Invalid, message, "a scenario file, or a folder with *.toml in it")
        })?
        .into_iter()
        .map(File::read)
        .collect();
    let under = match (args.seed, args.seeds) {
        (Some(Seed(seed)), _) => Under::One(seed),
        (None, Some(seeds)) => Under::Each(seeds),
        (None, None) => Under::Own,
    };
    let jobs = jobs(&files, under, args.shard);
    let planned = args.plan(&jobs);
    let columns = Columns::of(labels(&jobs).iter().map(String::as_str));
    // Where stdout is a machine's, people read stderr.
    let people = if args.to_stdout() > 0 { &mut *console.err } else { &mut *console.out };
    let mut nobody = io::sink();
    let mut ignored = io::sink();
    let people_console = Console { out: &mut nobody, err: &mut ignored, colour: console.colour };
    writeln!(people, "{}", text::head::head(&planned, &people_console))?;

    let mut journal = args.journal.as_deref().map(|path| create(path, "--journal")).transpose()?;
    let wants = Wants {
        journal: if journal.is_some() { Keep::All } else { Keep::Last(20) },
        twice: args.check_determinism,
        course: args.plot.is_some(),
    };
    let progress = jobs.len() > 1 && io::stderr().is_terminal() && args.to_stdout() == 0;
    let mut runs: Vec<Run> = Vec::with_capacity(jobs.len());
    let mut plots = Vec::new();
    let mut take = |place: usize, ran: Ran| -> Result<(), Stop> {
        if progress {
            // Cleared before whatever is told next.
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        write!(people, "{}", text::run::run(&ran.run, columns, &people_console))?;
        if progress && place + 1 < jobs.len() {
            let _ = write!(io::stderr(), "{} of {}", place + 1, jobs.len());
        }
        if let Some(journal) = &mut journal {
            journal.write_all(&ran.journal)?;
        }
        plots.extend(ran.course.map(|course| plot::svg(&course)));
        runs.push(ran.run);
        Ok(())
    };
    let work = |place: usize| one(jobs.get(place), wants);
    workers::each(jobs.len(), args.threads(), &work, &mut take)?;
    if let Some(mut journal) = journal {
        journal.flush()?;
    }
    if let Some(path) = &args.plot {
        write_plots(path, &plots)?;
    }
    let suite = Suite {
        plan: planned,
        runs,
        wall: watch.elapsed(),
        determinism_checked: args.check_determinism,
        machine: machine(),
    };
    write!(people, "{}", text::tail::tail(&suite, &people_console))?;
    people.flush()?;
    for report in &args.report {
        write_report(report, &suite)?;
    }
    Ok(match suite.exit() {
        Exit::NothingSelected if args.allow_none => Exit::Ok,
        exit => exit,
    })
}

/// Does one run.
fn one(job: Option<&Job<'_>>, wants: Wants) -> Ran {
    let Some(job) = job else {
        return Ran { run: Run::default(), journal: Vec::new(), course: None };
    };
    match job.resolve() {
        Err(run) => Ran { run: *run, journal: Vec::new(), course: None },
        Ok(resolved) => {
            let mut run = job.run.clone();
            run.name.clone_from(&resolved.scenario.head.name);
            match resolved.scenario.head.mode {
                crate::scenario::head::Mode::Virtual => runner::run(&resolved, run, wants),
                _ => real::run(&resolved, run, wants),
            }
        }
    }
}

impl RunArgs {
    /// How many things want stdout for themselves.
    fn to_stdout(&self) -> usize {
        let is_stdout = |path: &&Path| path.as_os_str() == "-";
        let reports = self.report.iter().map(|report| report.to.as_path());
        reports.chain(self.journal.as_deref()).filter(is_stdout).count()
    }

    fn threads(&self) -> usize {
        let processors = || thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(processors, usize::from)
    }

    fn plan(&self, jobs: &[Job<'_>]) -> Plan {
        let modes: Vec<Mode> = jobs.iter().map(|job| job.run.mode).collect();
        let mode = modes.first().copied().unwrap_or_default();
        let mode = if modes.iter().all(|other| *other == mode) { mode } else { Mode::Mixed };
        let paths: Vec<String> =
            self.paths.iter().map(|path| quoted(&path.display().to_string())).collect();
        let mut repeat = format!("kmslab run {}", paths.join(" "));
        let seeds = match (self.seed, self.seeds) {
            (Some(seed), _) => {
                let _ = write!(repeat, " --seed {seed}");
                seed.to_string()
            }
            (None, Some(seeds)) => {
                let _ = write!(repeat, " --seeds {seeds}");
                seeds.to_string()
            }
            (None, None) => own_seeds(jobs, &mut repeat),
        };
        if let Some(shard) = self.shard {
            let _ = write!(repeat, " --shard {shard}");
        }
        Plan {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("KMSLAB_COMMIT").map(str::to_owned),
            seeds,
            mode,
            level: if mode == Mode::Virtual { Level::D0 } else { Level::D1 },
            runs: jobs.len(),
            repeat,
        }
    }
}

/// The seed where all files have the same one, which then repeats the run.
fn own_seeds(jobs: &[Job<'_>], repeat: &mut String) -> String {
    let first = jobs.first().map_or(Seed::default().0, |job| job.run.seed);
    if jobs.iter().all(|job| job.run.seed == first) {
        let _ = write!(repeat, " --seed {first}");
        first.to_string()
    } else {
        "own".to_owned()
    }
}

fn labels(jobs: &[Job<'_>]) -> Vec<String> {
    jobs.iter().map(|job| job.run.label()).collect()
}

fn create(path: &Path, what: &str) -> Result<Box<dyn Write>, Stop> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(io::stdout()));
    }
    let file = FsFile::create(path).map_err(|error| {
        let message = format!("{what}: cannot write {}: {error}", path.display());
        Stop::new(Exit::CannotStart, message, "a file in a folder that exists")
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

fn write_report(report: &Report, suite: &Suite) -> Result<(), Stop> {
    let internal = |error: String| Stop::new(Exit::Internal, format!("--report: {error}"), "");
    let text = match report.form {
        Form::Junit => junit::junit(suite).map_err(|error| internal(error.to_string()))?,
        Form::Json => json::json(suite).map_err(|error| internal(error.to_string()))?,
        Form::Tap => tap::tap(suite),
    };
    let mut file = create(&report.to, "--report")?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    Ok(())
}

/// One file a run: `plot.svg`, then `plot-2.svg`.
fn write_plots(path: &Path, plots: &[String]) -> Result<(), Stop> {
    for (number, plot) in (1..).zip(plots) {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let own = match number {
            1 => path.to_owned(),
            _ => path.with_file_name(format!("{stem}-{number}.svg")),
        };
        let mut file = create(&own, "--plot")?;
        file.write_all(plot.as_bytes())?;
        file.flush()?;
    }
    Ok(())
}

/// The machine the runs took place on.
fn machine() -> Machine {
    Machine {
        cpu: cpu(),
        cores: thread::available_parallelism().ok().map(usize::from),
        os: std::env::consts::OS.to_owned(),
        rustc: option_env!("KMSLAB_RUSTC").map(str::to_owned),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
    }
}

/// The processor's name, where the system says it.
fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}
