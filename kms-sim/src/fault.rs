//! Faults: what goes wrong on purpose between a host and its clients, when, and for whom.
//!
//! Pure, seeded, and the same on sockets and in virtual time: whoever drives a connection asks
//! [`line::Line`] and carries out the [`delivery::Delivery`] it gets. A driver does this:
//!
//! 1. A client connects: [`Line::open`](line::Line::open) says whether and when it is served, and
//!    gives the connection's line.
//! 2. Bytes come: [`Line::receive`](line::Line::receive) gives a delivery to the host's session,
//!    which is whole unless a fault bends what clients send.
//! 3. After each of them [`Line::step`](line::Line::step) until it says
//!    [`Did::Nothing`](line::Did::Nothing); each turn appends to a delivery to the client.
//! 4. The connection ends: [`Faults::closed`](faults::Faults::closed).
//!
//! * [`rule`], [`stage`], [`kind`], [`matching`], [`when`]: what a file says.
//! * [`plan`]: rules with their counters; [`selector`]: when one applies.
//! * [`bend`]: PDUs and bytes, bent; [`delivery`]: when they leave.
//! * [`mischief`]: rules a host has of its own; [`catalogue`]: every kind, for people.

pub mod about;
mod answer;
pub mod armed;
pub mod bend;
pub mod catalogue;
pub mod chance;
pub mod clock;
pub mod delivery;
pub mod door;
pub mod faults;
pub mod hint;
pub mod kind;
pub mod known;
pub mod line;
pub mod matching;
pub mod memory;
pub mod mischief;
pub mod notes;
pub mod nth;
pub mod plan;
pub mod rule;
pub mod selector;
pub mod service;
pub mod stage;
pub mod value;
pub mod when;
