//! What a run's journal and report say of it, however time passed.

use kms_proto::time::duration::Nanos;
use serde::Serialize;

use crate::report::outcome::{Bytes, Level, Mode, Run};
use crate::report::trouble::Trouble;
use crate::scenario::document::Resolved;
use crate::scenario::draw::Drawn;
use crate::world::ended::Ended;
use crate::world::engine::World;
use crate::world::judge::Judge;

/// Lines of the journal a report shows.
const TAIL: usize = 20;

/// The first line of a journal.
#[derive(Serialize)]
pub struct Ready<'a> {
    scenario: &'a str,
    point: Option<&'a str>,
    seed: u64,
    mode: Mode,
    level: Level,
    start: String,
    length: Nanos,
    drawn: &'a [Drawn],
}

/// What a run's journal begins with.
pub fn ready<'a>(resolved: &'a Resolved, run: &'a Run, world: &World) -> Ready<'a> {
    Ready {
        scenario: &run.name,
        point: run.point.as_deref(),
        seed: run.seed,
        mode: run.mode,
        level: run.level,
        start: world.plan().start.filetime().to_string(),
        length: world.plan().length,
        drawn: &resolved.drawn,
    }
}

/// What a run's capture says of whose it is.
pub fn comment(run: &Run) -> String {
    format!("{}, seed {}", run.label(), run.seed)
}

/// What came of a run: what is wrong, and its numbers.
pub fn fill(run: &mut Run, world: &World, judge: &mut Judge<'_>, ended: Ended) {
    run.troubles.append(&mut judge.troubles);
    run.assertions = judge.assertions;
    let length = world.plan().length;
    let undone = world.plan().acts.iter().filter(|act| act.at > length).count();
    if let Ended::Cut(signal) = ended {
        run.troubles.push(Trouble::CutShort { signal });
    }
    if ended == Ended::Over && undone > 0 {
        let message = format!("{undone} planned steps come after {length}");
        run.troubles.push(Trouble::OutOfTime { limit: "sim".to_owned(), message });
    }
    if let Some(limit) = ended.limit() {
        let (since, count) = (world.since_start(), world.history.exchanges.len());
        let late = world.late().map(|late| {
            format!(
                ", and {late}, when there are no sockets any more: give limit.sim what it lives of \
                 this, or limit.wall more, or take mode = \"virtual\""
            )
        });
        let late = late.unwrap_or_default();
        let message = format!("the run had come to {since} and {count} exchanges{late}");
        run.troubles.push(Trouble::OutOfTime { limit: limit.to_owned(), message });
    }
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
