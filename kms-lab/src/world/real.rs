//! The same scenario over loopback: real sockets, real time.

mod door;
mod driver;
mod guests;
mod line;
mod loopback;
mod orders;

use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;

use crate::clock::{Stopwatch, true_now};
use crate::interrupt::Interrupt;
use crate::recording::{APPLICATION, Recording};
use crate::report::outcome::{Level, Mode, Run};
use crate::report::trouble::Trouble;
use crate::runtime;
use crate::scenario::document::Resolved;
use crate::scenario::head;
use crate::world::build;
use crate::world::cast::Cast;
use crate::world::diary::Keep;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::judge::Judge;
use crate::world::real::door::Time;
use crate::world::real::driver::Driver;
use crate::world::real::loopback::Loopback;
use crate::world::runner::{Ran, Samples, Wants, compare, decisions, is_comparable, report};

/// Runs a scenario over loopback. `run` says whose run it is; what came of it is added.
///
/// Where it is to be done twice, the decisions of both runs are held against each other: readings
/// and lengths are this computer's, and no two runs share them.
pub fn run_until(resolved: &Resolved, run: Run, wants: Wants, interrupt: &Interrupt) -> Ran {
    let watch = Stopwatch::start();
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
        compare(&mut ran, again, decisions::difference);
    }
    ran.run.wall = watch.elapsed();
    ran
}

fn once(resolved: &Resolved, mut run: Run, wants: Wants, interrupt: &Interrupt) -> Ran {
    let watch = Stopwatch::start();
    let scenario = &resolved.scenario;
    let scale = scenario.head.speed();
    (run.mode, run.level) = match scenario.head.mode {
        head::Mode::RealScaled => (Mode::RealScaled, Level::D1),
        _ => (Mode::Real, Level::D1),
    };
    let cast = Cast::of(scenario);
    let plan = match build::plan(scenario, &cast) {
        Ok(plan) => plan,
        Err(findings) => {
            run.troubles.extend(findings.into_iter().map(Trouble::Invalid));
            return Ran::nothing(run);
        }
    };
    let mut world = World::new(plan, wants.journal);
    let recording = wants.capture.then(|| {
        Recording::memory(Tape::new(APPLICATION, &report::comment(&run), &[], Draw::new(run.seed)))
    });
    world.diary.tell_wall(|| true_now().filetime().to_string());
    let mut judge = Judge::new(scenario, &cast);
    let mut samples = wants.course.then(Samples::default);
    let time = Time::new(world.plan().start, scale);
    let length = scenario.head.limit.wall.unwrap_or(head::WALL_OF_SOCKETS);
    let ended = runtime::block_on(async {
        let loopback = Loopback::open(&world, &time, recording.as_ref())?;
        world.tell_ready(&report::ready(resolved, &run, &world));
        world.begin();
        world.go_outside(scale);
        let mut driver = Driver::new(&mut world, loopback, time, length);
        let ended = tokio::select! {
            ended = driver.live(&mut judge, &mut samples) => ended,
            signal = interrupt.wait() => Ok(Ended::Cut(signal)),
        };
        driver.close().await;
        ended
    });
    let ended = match ended {
        Ok(Ok(ended)) => ended,
        // What was lived until then is told all the same.
        Ok(Err(message)) => {
            run.troubles.push(Trouble::CannotStart { message });
            Ended::Starved
        }
        Err(stop) => {
            run.troubles.push(Trouble::CannotStart { message: stop.message });
            return Ran::nothing(run);
        }
    };
    if ended == Ended::Over {
        // Nothing was left to happen: the rest of the time is not waited for.
        world.set_now(world.plan().start.plus(world.plan().length));
        judge.finish(&mut world);
    }
    world.finish(ended);
    report::fill(&mut run, &world, &mut judge, ended);
    run.wall = watch.elapsed();
    let course = samples.map(|samples| samples.course(&world, &run));
    let capture = recording.map_or_else(Vec::new, |recording| {
        recording.end(time.now());
        recording.take()
    });
    Ran { run, journal: world.diary.text(), course, capture }
}
