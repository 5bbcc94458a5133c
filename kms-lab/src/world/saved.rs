//! An actor as a snapshot of it keeps it.

use client_sim::license::tally::Tally;
use client_sim::machine::Machine;
use kms_sim::host::Host;

/// An actor as it was saved; a time source has nothing but its clock.
#[derive(Debug)]
pub enum Saved {
    /// A host: its counters, its list, its log.
    Host(Box<Host>),
    /// A machine: its licence, and what it knows of its host.
    Machine(Box<(Machine, Tally)>),
}
