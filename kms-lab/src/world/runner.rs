//! Runs one scenario in virtual time, from its file's tree to its report.

pub mod decisions;
pub mod report;
mod samples;

pub use crate::world::runner::samples::Samples;

use kms_proto::time::duration::Nanos;

use crate::clock::Stopwatch;
use crate::interrupt::Interrupt;
use crate::report::course::Course;
use crate::report::outcome::{Level, Mode, Run};
use crate::report::trouble::{Difference, Trouble};
use crate::scenario::document::Resolved;
use crate::world::build;
use crate::world::cast::Cast;
use crate::world::diary::Keep;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::judge::Judge;

/// What is wanted of a run besides its result.
#[derive(Clone, Copy, Debug)]
pub struct Wants {
    /// How much of the journal.
    pub journal: Keep,
    /// The run is done twice, and the journals compared.
    pub twice: bool,
    /// The course of its clocks, for a plot.
    pub course: bool,
    /// A capture of its connections.
    pub capture: bool,
}

/// A run that is over.
#[derive(Debug)]
pub struct Ran {
    /// Its report.
    pub run: Run,
    /// Its journal, as far as it was kept.
    pub journal: Vec<u8>,
    /// The course of its clocks, where it was wanted.
    pub course: Option<Course>,
    /// Its capture (pcapng), where it was wanted and anything was run; otherwise empty.
    pub capture: Vec<u8>,
}

impl Ran {
    /// A run in which nothing was run.
    pub const fn nothing(run: Run) -> Self {
        Self { run, journal: Vec::new(), course: None, capture: Vec::new() }
    }
}

/// How long a run may take that sets no limit.
pub const WALL: Nanos = Nanos::minutes(1);

/// Samples of a clock between start and end.
const SAMPLES: i64 = 600;

/// Runs a scenario. `run` says whose run it is; what came of it is added.
pub fn run(resolved: &Resolved, run: Run, wants: Wants) -> Ran {
    run_until(resolved, run, wants, &Interrupt::never())
}

/// As [`run`], and a signal cuts it short.
pub fn run_until(resolved: &Resolved, mut run: Run, wants: Wants, interrupt: &Interrupt) -> Ran {
    let watch = Stopwatch::start();
    run.mode = Mode::Virtual;
    run.level = Level::D0;
    let journal = if wants.twice { Keep::All } else { wants.journal };
    let mut ran = once(resolved, run, Wants { journal, ..wants }, interrupt);
    if wants.twice && ran.run.troubles.iter().all(is_comparable) {
        let empty = Run { troubles: Vec::new(), ..ran.run.clone() };
        let again = once(
            resolved,
            empty,
            Wants { journal, course: false, capture: false, ..wants },
            interrupt,
        );
        compare(&mut ran, again, difference);
    }
    ran.run.wall = watch.elapsed();
    ran
}

/// Holds a second run against the first, unless this computer's time or a signal ended it: where
/// that was is nobody's seed.
pub fn compare(ran: &mut Ran, again: Ran, parted: impl Fn(&[u8], &[u8]) -> Option<Difference>) {
    if !again.run.troubles.iter().all(is_comparable) {
        ran.run.troubles.extend(again.run.troubles.into_iter().filter(|t| !is_comparable(t)));
        return;
    }
    ran.run.compared = true;
    if let Some(difference) = parted(&ran.journal, &again.journal) {
        ran.run.troubles.push(Trouble::Nondeterministic(difference));
    }
}

/// Whether a run with this trouble is one that a second run can be held against: it was run, and
/// ended by its own time.
pub fn is_comparable(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Invalid(_)
        | Trouble::Internal { .. }
        | Trouble::CannotStart { .. }
        | Trouble::CutShort { .. }
        | Trouble::NotRun { .. } => false,
        Trouble::OutOfTime { limit, .. } => limit != "wall",
        _ => true,
    }
}

fn once(resolved: &Resolved, run: Run, wants: Wants, interrupt: &Interrupt) -> Ran {
    match lived(resolved, run, (wants, false), interrupt) {
        Err(run) => Ran::nothing(*run),
        Ok(Lived { run, mut world, course }) => {
            let (journal, capture) = (world.diary.text(), world.recorded());
            Ran { run, journal, course, capture }
        }
    }
}

/// A run with the world it took place in.
#[derive(Debug)]
pub struct Lived {
    /// Its report.
    pub run: Run,
    /// The world at its end.
    pub world: World,
    /// The course of its clocks, where it was wanted.
    pub course: Option<Course>,
}

/// Runs a scenario, and keeps its world with all that was written into event logs.
///
/// # Errors
///
/// The run, with what is wrong with its scenario.
pub fn told(resolved: &Resolved, run: Run) -> Result<Lived, Box<Run>> {
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    lived(resolved, run, (wants, true), &Interrupt::never())
}

fn lived(
    resolved: &Resolved,
    mut run: Run,
    (wants, noted): (Wants, bool),
    interrupt: &Interrupt,
) -> Result<Lived, Box<Run>> {
    let watch = Stopwatch::start();
    let scenario = &resolved.scenario;
    let cast = Cast::of(scenario);
    let plan = match build::plan(scenario, &cast) {
        Ok(plan) => plan,
        Err(findings) => {
            run.troubles.extend(findings.into_iter().map(Trouble::Invalid));
            return Err(Box::new(run));
        }
    };
    let mut world = World::new(plan, wants.journal);
    if wants.capture {
        world.record(&report::comment(&run));
    }
    if noted {
        world.note_events();
    }
    let mut judge = Judge::new(scenario, &cast);
    let mut samples = wants.course.then(Samples::default);
    let limit = scenario.head.limit.wall.unwrap_or(WALL);
    let signal = || interrupt.signal();
    let mut patience = || signal().is_none() && watch.elapsed() < limit;

    world.tell_ready(&report::ready(resolved, &run, &world));
    world.begin();
    let ended = match live(&mut world, &mut judge, &mut samples, &mut patience) {
        Ended::Wall => signal().map_or(Ended::Wall, Ended::Cut),
        ended => ended,
    };
    if ended == Ended::Over {
        judge.finish(&mut world);
    }
    world.finish(ended);
    report::fill(&mut run, &world, &mut judge, ended);
    run.wall = watch.elapsed();
    let course = samples.map(|samples| samples.course(&world, &run));
    Ok(Lived { run, world, course })
}

/// Lives through the world, looking where somebody wants to look.
fn live(
    world: &mut World,
    judge: &mut Judge<'_>,
    samples: &mut Option<Samples>,
    patience: &mut dyn FnMut() -> bool,
) -> Ended {
    let length = world.plan().length;
    let mut stops: Vec<(Nanos, bool)> =
        judge.moments().into_iter().filter(|at| *at < length).map(|at| (at, true)).collect();
    if samples.is_some() {
        let every = (length.0 / SAMPLES).max(1);
        stops.extend((0..SAMPLES).map(|n| (Nanos(n.saturating_mul(every)), false)));
        stops.sort();
    }
    for (at, looked) in stops {
        let ended = world.advance(at, patience);
        if ended != Ended::Over {
            return ended;
        }
        if looked {
            judge.look(world, Some(at));
        } else if let Some(samples) = samples {
            samples.take(world);
        }
    }
    let ended = world.advance(length, patience);
    if let Some(samples) = samples {
        samples.take(world);
    }
    if ended == Ended::Over {
        for at in judge.moments().into_iter().filter(|at| *at >= length) {
            judge.look(world, Some(at));
        }
    }
    ended
}

/// Where two journals part, byte by byte.
pub fn difference(first: &[u8], second: &[u8]) -> Option<Difference> {
    if first == second {
        return None;
    }
    let (mut a, mut b) = (first.split(|byte| *byte == b'\n'), second.split(|byte| *byte == b'\n'));
    let text = |line: Option<&[u8]>| String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    for line in 1.. {
        let (one, other) = (a.next(), b.next());
        if one != other {
            return Some(Difference { line, first: text(one), second: text(other) });
        }
        if one.is_none() {
            break;
        }
    }
    None
}
