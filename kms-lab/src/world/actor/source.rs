//! A time source: a clock others are set by, possibly wrong itself.

use std::borrow::Cow;
use std::net::SocketAddr;

use client_sim::clock::Clock;
use client_sim::clock::operation::Operation;
use client_sim::clock::set::SetTo;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};
use kms_sim::time_server::TimeServer;

use crate::world::plan::SourcePlan;

/// A time source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its name in DNS.
    pub name: String,
    /// Its address.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Clock,
    /// How long an answer takes, there and back.
    pub round_trip: Nanos,
    /// What it says of itself.
    pub server: TimeServer,
    /// Questions that reached it so far.
    pub asked: u64,
}

impl Source {
    /// The source `plan` describes, in a world that starts at `start`.
    pub fn new(plan: &SourcePlan, start: Moment, draw: Draw) -> Self {
        Self {
            id: plan.id.clone(),
            name: plan.name.clone(),
            address: plan.address,
            clock: Clock::new(plan.clock, start, draw, &plan.id),
            round_trip: plan.round_trip,
            server: TimeServer::at(plan.stratum),
            asked: 0,
        }
    }

    /// The answer to a question that arrives at `now`; `None` where silence is.
    pub fn answer(&mut self, question: &[u8], now: Moment) -> Option<Vec<u8>> {
        let reading = self.clock.read(now).filetime;
        let answer = self.server.answer(question, reading, reading)?;
        Some(answer.to_bytes(Order::Big).to_vec())
    }
}

/// An operation in which a source's name is what that source shows at `now`; a name nobody bears
/// stays.
pub fn settled<'o>(
    sources: &[Source],
    now: Moment,
    operation: &'o Operation,
) -> Cow<'o, Operation> {
    let Operation::Set(SetTo::Source(name)) = operation else { return Cow::Borrowed(operation) };
    let source = sources.iter().find(|source| *source.id == **name);
    let shown = source.map(|source| source.clock.peek(now).injected.nanos());
    match shown.and_then(|shown| i64::try_from(shown).ok()) {
        Some(offset) => Cow::Owned(Operation::Set(SetTo::Offset(Nanos(offset)))),
        None => Cow::Borrowed(operation),
    }
}
