//! `kmslab run`: scenario files, run and judged.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;

use crate::clock::Stopwatch;
use crate::console::Console;
use crate::exit::Exit;
use crate::report::outcome::{Level, Mode, Plan, Run, Suite};
use crate::report::text::columns::Columns;
use crate::report::{plot, text};
use crate::seed::Seed;
use crate::stop::Stop;
use crate::suite::computer::computer;
use crate::suite::files::find;
use crate::suite::jobs::{File, Job, Under, jobs, quoted};
use crate::suite::output::{Report, create, write_capture, write_plots, write_report};
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
    /// Write what went over every connection of the run as a capture (pcapng); one file a run.
    #[arg(long, value_name = "FILE")]
    pub pcap: Option<PathBuf>,
    /// It is fine when nothing is selected.
    #[arg(long)]
    pub allow_none: bool,
    /// How many runs are done at once; as many as there are processors if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// Lines of the journal that reports show.
const LAST_LINES: usize = 20;

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
    let colour = console.colour && args.to_stdout() == 0;
    let people = if args.to_stdout() > 0 { &mut *console.err } else { &mut *console.out };
    let mut nobody = io::sink();
    let mut ignored = io::sink();
    let people_console = Console { out: &mut nobody, err: &mut ignored, colour };
    writeln!(people, "{}", text::head::head(&planned, &people_console))?;

    let mut journal = args.journal.as_deref().map(|path| create(path, "--journal")).transpose()?;
    let wants = Wants {
        journal: args.keep(),
        twice: args.check_determinism,
        course: args.plot.is_some(),
        capture: args.pcap.is_some(),
    };
    let progress = jobs.len() > 1 && io::stderr().is_terminal() && args.to_stdout() == 0;
    let mut runs: Vec<Run> = Vec::with_capacity(jobs.len());
    let mut plots = Vec::new();
    let mut captures = 0;
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
        if let Some(path) = args.pcap.as_ref().filter(|_| !ran.capture.is_empty()) {
            captures += 1;
            write_capture(path, captures, &ran.capture)?;
        }
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
        machine: computer(),
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
        return Ran::nothing(Run::default());
    };
    match job.resolve() {
        Err(run) => Ran::nothing(*run),
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

    /// What is kept of the journal: nobody but reports asks for the last lines and the hash.
    fn keep(&self) -> Keep {
        match (&self.journal, self.report.is_empty()) {
            (Some(_), _) => Keep::All,
            (None, false) => Keep::Last(LAST_LINES),
            (None, true) => Keep::Nothing,
        }
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
