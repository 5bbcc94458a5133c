//! Who lives in a world.

pub mod dns;
pub mod host;
pub mod machine;
pub mod source;

/// One of them, by its place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// A host.
    Host(usize),
    /// A machine.
    Machine(usize),
    /// A time source.
    Source(usize),
    /// The DNS server.
    Dns,
}
