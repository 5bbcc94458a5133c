//! Holds what happened to what the scenario says shall have come of it.

mod counts;
mod evidence;
mod hits;
mod looks;
mod names;
mod outputs;
mod thresholds;
mod unmet;

use kms_proto::time::duration::Nanos;

use crate::report::outcome::Assertions;
use crate::report::trouble::{Finding, Place, Trouble, Witness};
use crate::scenario::Scenario;
use crate::scenario::expect::{Check, ExpectPlan};
use crate::scenario::source::{self, At};
use crate::world::cast::Cast;
use crate::world::engine::World;
use crate::world::judge::unmet::{Span, Unmet};

/// What was found so far.
#[derive(Debug)]
pub struct Judge<'a> {
    scenario: &'a Scenario,
    cast: &'a Cast,
    /// What is wrong.
    pub troubles: Vec<Trouble>,
    /// How many statements came true.
    pub assertions: Assertions,
}

impl<'a> Judge<'a> {
    /// A judge of this scenario.
    pub fn new(scenario: &'a Scenario, cast: &'a Cast) -> Self {
        Self { scenario, cast, troubles: Vec::new(), assertions: Assertions::default() }
    }

    /// The moments at which somebody looks, in order, each once.
    pub fn moments(&self) -> Vec<Nanos> {
        let mut moments: Vec<Nanos> = self.scenario.expects.iter().filter_map(|e| e.at).collect();
        moments.sort();
        moments.dedup();
        moments
    }

    /// Looks at the expectations of a moment; at those of the end where it is `None`.
    pub fn look(&mut self, world: &mut World, at: Option<Nanos>) {
        for expect in self.scenario.expects.iter().filter(|expect| expect.at == at) {
            let unmet = self.unmet(world, expect);
            world.tell_expected(&expect.id, unmet.first().map(|unmet| unmet.message.as_str()));
            if unmet.is_empty() {
                self.assertions.met += 1;
            } else {
                self.assertions.unmet += 1;
            }
            for Unmet { message, witness } in unmet {
                self.troubles.push(Trouble::Unmet(Finding {
                    place: Some(self.place(expect.written)),
                    subject: format!("[[expect]] {}", expect.id),
                    message,
                    witness: witness.as_deref().map(Witness::from),
                    notes: Vec::new(),
                }));
            }
        }
    }

    /// Looks at everything that only the end decides.
    pub fn finish(&mut self, world: &mut World) {
        self.look(world, None);
        self.unexpected(world);
        self.thresholds(world);
        self.hits(world);
        self.evidence(world);
    }

    fn unmet(&self, world: &World, expect: &ExpectPlan) -> Vec<Unmet> {
        let span = match self.span(world, expect) {
            Ok(span) => span,
            Err(message) => return vec![Unmet::new(message)],
        };
        let held = expect.checks.iter().map(|check| match check {
            Check::Exchanges { machine, host, which, look } => {
                let whose = (machine.as_deref(), host.as_deref());
                looks::exchanges(world, self.cast, whose, span, (*which, look))
            }
            Check::Counter { host, counter, bounds } => {
                counts::counter(world, self.cast.host(host), *counter, *bounds)
            }
            Check::Events { of, id, result, contains, count } => {
                let wanted = counts::Wanted { id: *id, result: *result, contains, count: *count };
                counts::events(world, &self.cast.actors(of), of, &wanted)
            }
            Check::Slmgr { of, verb, contains, lacks } => {
                counts::slmgr(world, &self.cast.actors(of), *verb, (contains, lacks))
            }
            Check::Output { step: (step, _), on, code, text, contains, lacks } => {
                let step = self.scenario.step(step).map_or(step.as_str(), |step| &step.id);
                let on = on.as_deref().map(|id| (id, self.cast.actors(id)));
                let text = text.as_deref();
                let wanted = outputs::Wanted { code: *code, text, contains, lacks };
                outputs::outputs(world, (step, on), span, &wanted)
            }
            Check::Registered { of, result } => {
                names::registered(world, self.cast.machines(of), *result)
            }
            Check::Clock { of, offset, tolerance } => {
                counts::clock(world, &self.cast.actors(of), *offset, *tolerance)
            }
        });
        held.filter_map(Result::err).collect()
    }

    fn place(&self, written: At) -> Place {
        place(self.scenario, written)
    }

    /// The time an expectation looks at.
    fn span(&self, world: &World, expect: &ExpectPlan) -> Result<Span, String> {
        let mut span = Span { from: Nanos(0), until: Nanos(i64::MAX) };
        if let Some((after, _)) = &expect.after {
            let id = self.scenario.step(after).map_or(after.as_str(), |step| step.id.as_str());
            let done = world
                .history
                .acts
                .iter()
                .find(|done| world.plan().acts.get(done.act).is_some_and(|act| act.id == id));
            span.from = done.ok_or_else(|| format!("step {after:?} was never done"))?.at;
        }
        if let Some(within) = expect.within {
            span.until = Nanos(span.from.0.saturating_add(within.0));
        }
        Ok(span)
    }

    /// Where nothing unexpected is allowed, every try must be one that somebody looks at.
    fn unexpected(&mut self, world: &World) {
        if self.scenario.head.allow_unexpected {
            return;
        }
        let mut looked = vec![false; world.history.tries.len()];
        for expect in &self.scenario.expects {
            let Ok(span) = self.span(world, expect) else { continue };
            for check in &expect.checks {
                let Check::Exchanges { machine, host, .. } = check else { continue };
                let whose = (machine.as_deref(), host.as_deref());
                for (place, _) in looks::tries(world, self.cast, whose, span) {
                    if let Some(looked) = looked.get_mut(place) {
                        *looked = true;
                    }
                }
            }
        }
        let missed = world.history.tries.iter().zip(looked).filter(|(_, looked)| !looked);
        for (tried, _) in missed {
            let id = world.machines.get(tried.machine).map_or("", |machine| machine.id.as_str());
            let message = format!(
                "exchange of {id} at {} came to {}, and no expectation looks at it",
                tried.began,
                looks::result_text(tried.outcome.code)
            );
            let witness = looks::exchange(world, tried).map(|e| Witness::from(&e.exchange));
            self.troubles.push(Trouble::Unmet(Finding {
                place: None,
                subject: "allow_unexpected = false".to_owned(),
                message,
                witness,
                notes: Vec::new(),
            }));
        }
    }
}

/// A place of the scenario, as reports have it.
pub fn place(scenario: &Scenario, written: At) -> Place {
    let source::Place { file, line, column } = scenario.place(written);
    Place { file, line, column }
}
