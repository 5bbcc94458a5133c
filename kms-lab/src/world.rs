//! Worlds: hosts, machines, time sources and a DNS zone in virtual time.
//!
//! A discrete-event simulation with an integer clock of its own. Real bytes cross it: the sessions,
//! the policy, the clocks and the faults are those that serve sockets.

pub mod actor;
pub mod build;
pub mod cast;
pub mod diary;
pub mod ended;
pub mod engine;
pub mod event;
pub mod history;
pub mod judge;
pub mod lines;
pub mod link;
pub mod meetings;
pub mod noted;
pub mod outside;
pub mod plan;
pub mod prompt;
pub mod queue;
pub mod real;
pub mod runner;
pub mod saved;
pub mod seals;
pub mod tape;
pub mod wire;
pub mod wires;
