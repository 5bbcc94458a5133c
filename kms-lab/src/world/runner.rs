//! Runs one scenario in virtual time, from its file's tree to its report.

use client_sim::clock::Clock;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::clock::Stopwatch;
use crate::report::course::{Course, Dot, Role, Sample, Track};
use crate::report::outcome::{Bytes, Level, Mode, Run};
use crate::report::trouble::{Difference, Finding, Trouble};
use crate::scenario::document::Resolved;
use crate::scenario::draw::Drawn;
use crate::world::actor::Actor;
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
}

/// Lines of the journal a report shows.
const TAIL: usize = 20;

/// Samples of a clock between start and end.
const SAMPLES: i64 = 600;

/// The first line of a journal.
#[derive(Serialize)]
struct Ready<'a> {
    scenario: &'a str,
    point: Option<&'a str>,
    seed: u64,
    mode: &'static str,
    level: Level,
    start: String,
    length: Nanos,
    drawn: &'a [Drawn],
}

/// Runs a scenario. `run` says whose run it is; what came of it is added.
pub fn run(resolved: &Resolved, mut run: Run, wants: Wants) -> Ran {
    let watch = Stopwatch::start();
    run.mode = Mode::Virtual;
    run.level = Level::D0;
    let journal = if wants.twice { Keep::All } else { wants.journal };
    let mut ran = once(resolved, run, Wants { journal, ..wants });
    if wants.twice && ran.run.troubles.iter().all(|trouble| !is_fatal(trouble)) {
        let empty = Run { troubles: Vec::new(), ..ran.run.clone() };
        let again = once(resolved, empty, Wants { journal, course: false, ..wants });
        if let Some(difference) = difference(&ran.journal, &again.journal) {
            ran.run.troubles.push(Trouble::Nondeterministic(difference));
        }
    }
    ran.run.wall = watch.elapsed();
    ran
}

/// Nothing was run at all.
const fn is_fatal(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Invalid(_) | Trouble::Internal { .. } | Trouble::CannotStart { .. })
}

fn once(resolved: &Resolved, mut run: Run, wants: Wants) -> Ran {
    let watch = Stopwatch::start();
    let scenario = &resolved.scenario;
    let cast = Cast::of(scenario);
    let plan = match build::plan(scenario, &cast) {
        Ok(plan) => plan,
        Err(findings) => {
            run.troubles.extend(findings.into_iter().map(Trouble::Invalid));
            return Ran { run, journal: Vec::new(), course: None };
        }
    };
    let mut world = World::new(plan, wants.journal);
    let mut judge = Judge::new(scenario, &cast);
    let mut samples = wants.course.then(Samples::default);
    let limit = scenario.head.limit.wall;
    let mut patience = || limit.is_none_or(|limit| watch.elapsed() < limit);

    world.tell_ready(&ready(resolved, &run, &world));
    world.begin();
    let ended = live(&mut world, &mut judge, &mut samples, &mut patience);
    if ended == Ended::Over {
        judge.finish(&mut world);
    }
    world.finish(ended);
    run.troubles.append(&mut judge.troubles);
    run.assertions = judge.assertions;
    if let Some(limit) = ended.limit() {
        let (since, count) = (world.since_start(), world.history.exchanges.len());
        let message = format!("the run had come to {since} and {count} exchanges");
        run.troubles.push(Trouble::OutOfTime { limit: limit.to_owned(), message });
    }
    count(&mut run, &world);
    run.wall = watch.elapsed();
    let course = samples.map(|samples| samples.course(&world, &run));
    let journal = world.diary.text();
    Ran { run, journal, course }
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

fn ready<'a>(resolved: &'a Resolved, run: &'a Run, world: &World) -> Ready<'a> {
    Ready {
        scenario: &run.name,
        point: run.point.as_deref(),
        seed: run.seed,
        mode: "virtual",
        level: Level::D0,
        start: world.plan().start.filetime().to_string(),
        length: world.plan().length,
        drawn: &resolved.drawn,
    }
}

/// The numbers of a run.
fn count(run: &mut Run, world: &World) {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let exchanges = &world.history.exchanges;
    run.sim = world.since_start();
    run.clients = number(world.machines.len());
    run.exchanges = number(exchanges.len());
    run.refused = number(exchanges.iter().filter(|e| !e.exchange.result().is_ok()).count());
    run.events = world.history.events;
    run.bytes = Bytes {
        received: exchanges.iter().map(|e| number(e.exchange.bytes.received)).sum(),
        answered: exchanges.iter().map(|e| number(e.exchange.bytes.answered)).sum(),
    };
    let lines: Vec<&[u8]> = world.diary.lines().collect();
    let skip = lines.len().saturating_sub(TAIL);
    let text = |line: &[u8]| String::from_utf8_lossy(line).trim_end().to_owned();
    run.journal_tail = lines.into_iter().skip(skip).map(text).collect();
    run.journal_hash = world.diary.hash();
}

/// Where two journals part.
fn difference(first: &[u8], second: &[u8]) -> Option<Difference> {
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

/// What clocks showed.
#[derive(Debug, Default)]
struct Samples {
    tracks: Vec<Vec<Sample>>,
}

impl Samples {
    fn take(&mut self, world: &World) {
        let (start, now) = (world.plan().start, world.now());
        let shown = |clock: &Clock, at: Moment| Sample::new(start, at, clock.peek(at).filetime);
        for (place, actor) in world.actors().enumerate() {
            if self.tracks.len() <= place {
                self.tracks.push(Vec::new());
            }
            if let (Some(track), Some(clock)) = (self.tracks.get_mut(place), world.clock(actor)) {
                track.push(shown(clock, now));
            }
        }
    }

    fn course(self, world: &World, run: &Run) -> Course {
        let tracks = world.actors().zip(self.tracks).map(|(actor, samples)| {
            let window = match actor {
                Actor::Host(place) => world.hosts.get(place).map(|h| h.host.config().window),
                _ => None,
            };
            let role = match actor {
                Actor::Host(_) => Role::Host,
                Actor::Machine(_) => Role::Machine,
                Actor::Source(_) => Role::Source,
            };
            Track { actor: world.id(actor).to_owned(), role, window, samples }
        });
        let requests = world.history.tries.iter().map(|tried| Dot {
            at: tried.began,
            actor: world.id(Actor::Machine(tried.machine)).to_owned(),
            offset: tried.reading.injected.nanos(),
            result: tried
                .exchanges
                .last()
                .and_then(|place| world.history.exchanges.get(*place))
                .map(|exchanged| exchanged.exchange.result()),
        });
        Course {
            title: run.label(),
            start: world.plan().start,
            length: world.since_start(),
            clocks: tracks.collect(),
            requests: requests.collect(),
        }
    }
}

/// Findings of a file that cannot be run, as its report has them.
pub fn invalid(run: Run, findings: impl IntoIterator<Item = Finding>) -> Run {
    let troubles = findings.into_iter().map(Trouble::Invalid).collect();
    Run { troubles, ..run }
}
