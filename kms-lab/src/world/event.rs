//! What can happen next.

use client_sim::net::error::Stage;
use kms_proto::dns::update::UpdateReply;
use kms_sim::fault::delivery::What;
use kms_sim::net::observer::Ended;

use crate::world::actor::Actor;
use crate::world::wire::Freight;

/// An event of a world's queue.
#[derive(Clone, Debug)]
pub enum Event {
    /// An act of the plan is due.
    Act(usize),
    /// Somebody at this computer types the next of what there is to type.
    Prompt(Actor),
    /// An order to a clock is due.
    Order(usize),
    /// A machine asks its time source.
    Sync(usize),
    /// The answer of its time source reaches a machine.
    Synced(usize),
    /// A machine's timer rings, if it is still the one that counts.
    Wake {
        /// Which machine.
        machine: usize,
        /// Which of its timers.
        timer: u64,
    },
    /// A machine has its answer from DNS.
    Resolved(usize),
    /// A host publishes itself in DNS.
    Publish(usize),
    /// A machine registers itself in DNS, if that timer is still the one that counts.
    Register {
        /// Which machine.
        machine: usize,
        /// Which of its timers.
        timer: u64,
    },
    /// A machine has its answer to a registration.
    Registered {
        /// Which machine.
        machine: usize,
        /// The timer it was made by.
        timer: u64,
        /// The answer.
        reply: UpdateReply,
    },
    /// A connection reaches its host's door.
    Knock(u64),
    /// The machine learns that its connection was taken.
    Taken(u64),
    /// The machine learns that its connection was refused.
    Refused(u64),
    /// Something arrives at the host.
    AtHost(u64, Freight),
    /// The host takes what a fault held back.
    Heard(u64, What),
    /// The host ends its side, for this reason.
    Shut(u64, Ended),
    /// Something arrives at the machine.
    AtClient(u64, Freight),
    /// The machine's patience with a stage of its connection is over.
    TooLate(u64, Stage),
    /// The host looks whether a connection has gone idle.
    Idle(u64),
}
