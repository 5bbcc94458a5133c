//! `kmslab run`: scenario files, run and judged.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;

use crate::clock::Stopwatch;
use crate::console::Console;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::report::outcome::{Run, Suite};
use crate::report::text::columns::Columns;
use crate::report::trouble::Trouble;
use crate::report::{plot, text};
use crate::seed::Seed;
use crate::stop::Stop;
use crate::suite::computer::computer;
use crate::suite::files::find;
use crate::suite::jobs::{File, Job, Under, jobs};
use crate::suite::output::create;
use crate::suite::output::journal::SuiteJournal;
use crate::suite::output::per_run::PerRun;
use crate::suite::output::places::Places;
use crate::suite::output::report::Report;
use crate::suite::planning;
use crate::suite::progress::Progress;
use crate::suite::seeds::Seeds;
use crate::suite::shard::Shard;
use crate::suite::workers;
use crate::values;
use crate::world::diary::Keep;
use crate::world::real;
use crate::world::runner;
use crate::world::runner::{Ran, Wants, is_comparable};

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
    /// Run everything twice and compare the journals: byte by byte in virtual time, over loopback
    /// every decision.
    #[arg(long)]
    pub check_determinism: bool,
    /// Write the journal (NDJSON) of all runs, in their order, to a file, or to stdout with -.
    #[arg(long, value_name = "FILE|-")]
    pub journal: Option<PathBuf>,
    /// Write a report: junit=FILE, json=FILE or tap=FILE; - is stdout. Repeatable.
    #[arg(long, value_name = "FORM=FILE")]
    pub report: Vec<Report>,
    /// Draw every clock, the window and every request as SVG: one file a run, FILE-seed7.svg where
    /// there are several.
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Write what went over every connection as a capture (pcapng): one file a run, FILE-seed7.pcapng
    /// where there are several.
    #[arg(long, value_name = "FILE", value_parser = values::capture())]
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
/// SIGINT or SIGTERM ends what is running and begins nothing more; whatever was asked for is still
/// written, and says that it is not the whole.
///
/// # Errors
///
/// When a path cannot be read, or a journal or report cannot be written.
pub fn run(args: &RunArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let watch = Stopwatch::start();
    if args.to_stdout() > 1 {
        return Err(Stop::usage("stdout can take one journal or report", "a file for the others"));
    }
    let interrupt = Interrupt::listen()?;
    let files = args.files()?;
    let under = args.under();
    let jobs = jobs(&files, under, args.shard)?;
    let planned = planning::plan(&args.paths, under, args.shard, &jobs);
    let columns = Columns::of(jobs.iter().map(|job| job.run.label()));
    let per_run = |option, path: &Option<PathBuf>| {
        path.as_deref().map(|path| PerRun::of(option, path, jobs.iter().map(|job| &job.run)))
    };
    let plots = per_run("--plot", &args.plot);
    let captures = per_run("--pcap", &args.pcap);
    args.places(&files, [&plots, &captures])?;
    let reports = args.report.iter().map(Report::open).collect::<Result<Vec<_>, Stop>>()?;
    let journal = args.journal.as_deref().map(|path| create(path, "--journal")).transpose()?;
    let mut journal = journal.map(SuiteJournal::new);
    for (files, path) in [(&plots, &args.plot), (&captures, &args.pcap)] {
        if let (Some(files), Some(path)) = (files, path) {
            files.clear(path)?;
        }
    }

    // Where stdout is a machine's, people read stderr.
    let colour = console.colour && args.to_stdout() == 0;
    let people = if args.to_stdout() > 0 { &mut *console.err } else { &mut *console.out };
    let mut nobody = io::sink();
    let mut ignored = io::sink();
    let people_console = Console { out: &mut nobody, err: &mut ignored, colour };
    writeln!(people, "{}", text::head::head(&planned, &people_console))?;
    people.flush()?;

    let wants = Wants {
        journal: args.keep(),
        twice: args.check_determinism,
        course: args.plot.is_some(),
        capture: args.pcap.is_some(),
    };
    let progress = Progress::of(jobs.len());
    let mut runs: Vec<Run> = Vec::with_capacity(jobs.len());
    let mut take = |place: usize, ran: Ran| -> Result<(), Stop> {
        progress.aside(|| -> Result<(), Stop> {
            // Of what was not even begun the sum is enough.
            if !ran.run.troubles.iter().any(|trouble| matches!(trouble, Trouble::NotRun { .. })) {
                write!(people, "{}", text::run::run(&ran.run, columns, &people_console))?;
                people.flush()?;
            }
            Ok(())
        })?;
        if let Some(journal) = &mut journal {
            journal.add(&ran.journal)?;
        }
        if let (Some(plots), Some(course)) = (&plots, ran.course) {
            plots.write(place, plot::svg(&course).as_bytes())?;
        }
        if let Some(captures) = captures.as_ref().filter(|_| !ran.capture.is_empty()) {
            captures.write(place, &ran.capture)?;
        }
        progress.one_more();
        runs.push(ran.run);
        Ok(())
    };
    let work = |place: usize| one(jobs.get(place), wants, &interrupt);
    workers::each(jobs.len(), args.threads(), &work, &mut take)?;
    progress.over();

    // Of a run that can be held against a second one there is a journal from beginning to end.
    let whole = |run: &&Run| run.troubles.iter().all(is_comparable);
    let done = runs.iter().filter(whole).count();
    let cut_by = interrupt.signal().filter(|_| done < runs.len());
    let suite = Suite {
        plan: planned,
        runs,
        wall: watch.elapsed(),
        determinism_checked: args.check_determinism,
        cut_by,
        machine: computer(),
    };
    if let Some(journal) = journal {
        journal.end((suite.runs.len(), done), cut_by)?;
    }
    write!(people, "{}", text::tail::tail(&suite, &people_console))?;
    people.flush()?;
    for report in reports {
        report.write(&suite)?;
    }
    Ok(match suite.exit() {
        Exit::NothingSelected if args.allow_none => Exit::Ok,
        exit => exit,
    })
}

/// Does one run.
fn one(job: Option<&Job<'_>>, wants: Wants, interrupt: &Interrupt) -> Ran {
    let Some(job) = job else { return Ran::nothing(Run::default()) };
    if let Some(signal) = interrupt.signal() {
        let troubles = vec![Trouble::NotRun { signal }];
        return Ran::nothing(Run { troubles, ..job.run.clone() });
    }
    match job.resolve() {
        Err(run) => Ran::nothing(*run),
        Ok(resolved) => {
            let mut run = job.run.clone();
            run.name.clone_from(&resolved.scenario.head.name);
            match resolved.scenario.head.mode {
                crate::scenario::head::Mode::Virtual => {
                    runner::run_until(&resolved, run, wants, interrupt)
                }
                _ => real::run_until(&resolved, run, wants, interrupt),
            }
        }
    }
}

impl RunArgs {
    fn files(&self) -> Result<Vec<File>, Stop> {
        let found = find(&self.paths).map_err(|(path, error)| {
            let message = format!("{}: {error}", path.display());
            Stop::new(Exit::Invalid, message, "a scenario file, or a folder with *.toml in it")
        })?;
        Ok(found.into_iter().map(File::read).collect())
    }

    const fn under(&self) -> Under {
        match (self.seed, self.seeds) {
            (Some(Seed(seed)), _) => Under::One(seed),
            (None, Some(seeds)) => Under::Each(seeds),
            (None, None) => Under::Own,
        }
    }

    /// Holds that every file has one purpose.
    fn places(&self, files: &[File], per_run: [&Option<PerRun>; 2]) -> Result<(), Stop> {
        let mut places = Places::default();
        for file in files {
            places.reads(&file.path, "what is run");
        }
        if let Some(path) = &self.journal {
            places.writes(path, "--journal")?;
        }
        for report in &self.report {
            places.writes(&report.to, &format!("--report {report}"))?;
        }
        for files in per_run.into_iter().flatten() {
            for path in files.paths() {
                places.writes(path, files.option())?;
            }
        }
        Ok(())
    }

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
}
