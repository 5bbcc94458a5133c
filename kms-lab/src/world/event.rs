//! What can happen next.

use client_sim::net::error::Stage;
use kms_proto::dns::update::UpdateReply;
use kms_sim::fault::delivery::What;
use kms_sim::net::observer::Ended;

use crate::world::actor::Actor;
use crate::world::wire::Freight;

/// For what a time source is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The machine's time service, by this question.
    Service(u64),
    /// A chart at the machine's prompt.
    Chart,
}

/// An event of a world's queue.
#[derive(Clone, Debug)]
pub enum Event {
    /// An act of the plan is due.
    Act(usize),
    /// Somebody at this computer types the next of what there is to type.
    Prompt(Actor),
    /// An order to a clock is due.
    Order(usize),
    /// A machine's time service wakes, if this is the moment it still waits for.
    Time(usize),
    /// A question reaches a time source.
    AtSource {
        /// Who asks.
        machine: usize,
        /// Who is asked.
        source: usize,
        /// What for.
        asker: Asker,
        /// The bytes.
        question: Box<[u8]>,
    },
    /// An answer reaches a machine, or it learns that nobody is there or answers.
    FromSource {
        /// Who asked.
        machine: usize,
        /// Who was asked; `None` where there is nobody of that name.
        source: Option<usize>,
        /// What for.
        asker: Asker,
        /// The bytes; `None` for silence.
        answer: Option<Box<[u8]>>,
    },
    /// A chart at this machine's prompt is to ask again.
    Chart(usize),
    /// A command that let time pass has ended.
    Waited(Actor),
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
