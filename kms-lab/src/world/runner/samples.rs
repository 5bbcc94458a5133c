//! The course of a world's clocks, for a plot.

use crate::report::course::{Course, Dot, Role, Sample, Track};
use crate::report::outcome::Run;
use crate::world::actor::Actor;
use crate::world::engine::World;

/// What clocks showed.
#[derive(Debug, Default)]
pub struct Samples {
    tracks: Vec<Vec<Sample>>,
}

impl Samples {
    /// Looks at every clock.
    pub fn take(&mut self, world: &World) {
        let (start, now) = (world.plan().start, world.now());
        for (place, actor) in world.actors().enumerate() {
            if self.tracks.len() <= place {
                self.tracks.push(Vec::new());
            }
            if let (Some(track), Some(clock)) = (self.tracks.get_mut(place), world.clock(actor)) {
                track.push(Sample::new(start, now, clock.peek(now).filetime));
            }
        }
    }

    /// What they showed, and every request.
    pub fn course(self, world: &World, run: &Run) -> Course {
        let tracks = world.actors().zip(self.tracks).map(|(actor, mut samples)| {
            for turned in world.history.turns.iter().filter(|turned| turned.actor == actor) {
                // Both sides of a jump, before any sample of that very moment.
                let at = samples.partition_point(|sample| sample.at < turned.at);
                let side = |offset| Sample { at: turned.at, offset };
                let gone = samples.get(at).is_some_and(|sample| sample.at == turned.at);
                samples.splice(at..at + usize::from(gone), [turned.before, turned.after].map(side));
            }
            let window = match actor {
                Actor::Host(place) => world.hosts.get(place).map(|h| h.host.config().window),
                _ => None,
            };
            let role = match actor {
                Actor::Host(_) => Role::Host,
                Actor::Machine(_) => Role::Machine,
                Actor::Source(_) => Role::Source,
                Actor::Dns => Role::Dns,
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
