//! Looks at counters, event logs, slmgr's text and clocks.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::event::Event;
use kms_proto::windows::identity;
use kms_proto::windows::product::Detail;

use crate::scenario::bounds::Bounds;
use crate::scenario::expect::Counter;
use crate::world::actor::Actor;
use crate::world::engine::World;
use crate::world::judge::looks::Signed;
use crate::world::judge::unmet::Unmet;

/// Holds a counter of a host.
pub(super) fn counter(
    world: &World,
    host: Option<usize>,
    counter: Counter,
    bounds: Bounds,
) -> Result<(), Unmet> {
    let Some(actor) = host.and_then(|host| world.hosts.get(host)) else {
        return Err(Unmet::new("there is no such host"));
    };
    let ledger = actor.host.ledger();
    let shows = match counter {
        Counter::Total => ledger.total,
        Counter::Granted => ledger.granted,
        Counter::Failed => ledger.failed,
        Counter::Foreign => ledger.foreign,
        Counter::Malformed => ledger.malformed,
        Counter::Unlicensed => ledger.unlicensed,
        Counter::Licensed => ledger.licensed,
        Counter::OobGrace => ledger.oob_grace,
        Counter::OotGrace => ledger.oot_grace,
        Counter::NonGenuineGrace => ledger.non_genuine_grace,
        Counter::Notification => ledger.notification,
        Counter::Other => ledger.other,
        Counter::Count => {
            let now = actor.clock.peek(world.now()).filetime;
            actor.host.count(identity::WINDOWS, now).into()
        }
    };
    if bounds.holds(shows) {
        return Ok(());
    }
    let name = Counter::ALL.iter().find(|(_, c)| *c == counter).map_or("counter", |(name, _)| name);
    Err(Unmet::new(format!("expected {name} {bounds}, got {shows}")))
}

/// The records that are looked for.
pub(super) struct Wanted<'a> {
    pub(super) id: u16,
    pub(super) result: Option<HResult>,
    pub(super) contains: &'a [String],
    pub(super) count: Bounds,
}

/// Holds the event logs of these actors, taken together.
pub(super) fn events(
    world: &World,
    actors: &[Actor],
    of: &str,
    wanted: &Wanted<'_>,
) -> Result<(), Unmet> {
    let of_id: Vec<Event> = actors
        .iter()
        .flat_map(|actor| log(world, *actor))
        .filter(|event| event.id == wanted.id)
        .collect();
    let alike = of_id.iter().filter(|event| {
        let text = event.description();
        wanted.result.is_none_or(|code| result_in(event) == Some(code))
            && wanted.contains.iter().all(|part| text.contains(part.as_str()))
    });
    let alike = u64::try_from(alike.count()).unwrap_or(u64::MAX);
    if wanted.count.holds(alike) {
        return Ok(());
    }
    let result = wanted.result.map(|code| format!(" with {code}")).unwrap_or_default();
    let last = of_id.last().map(|event| format!("; the last one says {}", event.info));
    Err(Unmet::new(format!(
        "expected {} events {}{result} in the log of {of}, got {alike} of {} with that number{}",
        wanted.count,
        wanted.id,
        of_id.len(),
        last.unwrap_or_default()
    )))
}

fn log(world: &World, actor: Actor) -> Vec<Event> {
    match actor {
        Actor::Host(place) => {
            let host = world.hosts.get(place);
            host.map(|host| host.host.events().since(0).map(|(_, event)| event).collect())
        }
        Actor::Machine(place) => {
            world.machines.get(place).map(|machine| machine.log.iter().cloned().collect())
        }
        Actor::Source(_) | Actor::Dns => None,
    }
    .unwrap_or_default()
}

/// The code an event's first field holds.
fn result_in(event: &Event) -> Option<HResult> {
    let digits = event.info.split(',').next()?.trim().strip_prefix("0x")?;
    u32::from_str_radix(digits, 16).ok().map(HResult)
}

/// Holds what slmgr prints on each of these actors.
pub(super) fn slmgr(
    world: &World,
    actors: &[Actor],
    verb: Detail,
    (contains, lacks): (&[String], &[String]),
) -> Result<(), Unmet> {
    for actor in actors {
        let text = world.slmgr_text(*actor, verb);
        let id = world.id(*actor);
        if let Some(part) = contains.iter().find(|part| !text.contains(part.as_str())) {
            return Err(Unmet::new(format!(
                "expected {part:?} in what slmgr prints on {id}, got {:?}",
                nearest_line(&text, part)
            )));
        }
        if let Some(part) = lacks.iter().find(|part| text.contains(part.as_str())) {
            let message = format!("expected no {part:?} in what slmgr prints on {id}, it is there");
            return Err(Unmet::new(message));
        }
    }
    Ok(())
}

/// The line of a text that begins most like `part`.
pub(super) fn nearest_line<'a>(text: &'a str, part: &str) -> &'a str {
    let alike = |line: &str| {
        line.trim().chars().zip(part.trim().chars()).take_while(|(a, b)| a == b).count()
    };
    text.lines().max_by_key(|line| alike(line)).unwrap_or("").trim()
}

/// Holds what each of these clocks shows.
pub(super) fn clock(
    world: &World,
    actors: &[Actor],
    offset: Nanos,
    tolerance: Nanos,
) -> Result<(), Unmet> {
    for actor in actors {
        let Some(clock) = world.clock(*actor) else { continue };
        let shows = clock.peek(world.now());
        let off = (shows.injected.nanos() - i128::from(offset.0)).unsigned_abs();
        if off > u128::from(tolerance.0.unsigned_abs()) {
            return Err(Unmet::new(format!(
                "expected the clock of {} at {} within {tolerance}, got {}",
                world.id(*actor),
                Signed(offset.0),
                shows.injected
            )));
        }
    }
    Ok(())
}
