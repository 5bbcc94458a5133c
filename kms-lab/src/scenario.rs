//! The scenario file: a world, what happens to it, and what shall come of it.
//!
//! From text to a world that can run: [`document`] reads the file and what it includes; [`mod@sweep`]
//! and [`expand`] say which runs there are; [`copies`] and [`draw`] turn one run's tree into one
//! without `n` and without draws; what is left is read into a [`Scenario`], in which every value is
//! what it will be. Nothing stops at the first mistake.

pub mod bounds;
pub mod check;
pub mod clock;
pub mod copies;
pub mod document;
pub mod draw;
pub mod expand;
pub mod expect;
pub mod fault;
pub mod fields;
pub mod form;
pub mod grammars;
pub mod head;
pub mod host;
pub mod length;
pub mod look;
pub mod machine;
pub mod mistake;
pub mod network;
pub mod node;
pub mod operation;
pub mod optional;
pub mod reading;
pub mod references;
pub mod require_hit;
pub mod root;
pub mod schema;
pub mod sense;
pub mod source;
pub mod step;
pub mod sweep;
pub mod text;
pub mod threshold;
pub mod time;
pub mod values;
pub mod walks;

use crate::scenario::clock::ClockPlan;
use crate::scenario::expect::ExpectPlan;
use crate::scenario::fault::FaultPlan;
use crate::scenario::head::Head;
use crate::scenario::host::HostPlan;
use crate::scenario::machine::MachinePlan;
use crate::scenario::network::{DnsPlan, LinkPlan, TimeSourcePlan};
use crate::scenario::require_hit::RequireHit;
use crate::scenario::source::{At, Place, Sources};
use crate::scenario::step::StepPlan;
use crate::scenario::threshold::MetricThreshold;

/// A scenario, ready to run: drawn, expanded, and every id in it that of something in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What it says of itself.
    pub head: Head,
    /// The texts it was read from; every plan says where in them it was written.
    pub sources: Sources,
    /// The seed of this run.
    pub seed: u64,
    /// The hosts; at least one.
    pub hosts: Vec<HostPlan>,
    /// The machines; copies are machines of their own.
    pub machines: Vec<MachinePlan>,
    /// The links, in the order of the file: the last that fits holds.
    pub links: Vec<LinkPlan>,
    /// The time sources.
    pub time_sources: Vec<TimeSourcePlan>,
    /// The zone.
    pub dns: Option<DnsPlan>,
    /// What happens to clocks.
    pub clocks: Vec<ClockPlan>,
    /// What goes wrong.
    pub faults: Vec<FaultPlan>,
    /// What is done from outside.
    pub steps: Vec<StepPlan>,
    /// What shall have come of it.
    pub expects: Vec<ExpectPlan>,
    /// What must really have happened.
    pub require_hits: Vec<RequireHit>,
    /// Limits on what is measured.
    pub thresholds: Vec<MetricThreshold>,
}

impl Scenario {
    /// Where something was written, as `file:line:column`.
    pub fn place(&self, written: At) -> Place {
        self.sources.place(written)
    }

    /// The step an expectation counts from, by its id or else its position.
    pub fn step(&self, name: &str) -> Option<&StepPlan> {
        let by_position = || {
            let position: usize = name.parse().ok()?;
            self.steps.get(position.checked_sub(1)?)
        };
        self.steps.iter().find(|step| step.id == name).or_else(by_position)
    }

    /// The machines an id stands for: one, or the copies of one, in order.
    pub fn machines_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a MachinePlan> {
        self.machines.iter().filter(move |m| m.id == id || m.group.as_deref() == Some(id))
    }
}
