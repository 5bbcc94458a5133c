//! A simulated KMS host.
//!
//! Pure: a message and a moment go in, an answer and what is known of it come out. Sockets and
//! timers live under `net` (feature `net`) and hold no rules.
//!
//! * [`host`]: the host itself, open → judge → record → answer.
//! * [`policy`]: the ladder of rules a request climbs, one a file.
//! * [`ledger`], [`clients`], [`event_log`]: what the host remembers.
//! * [`snapshot`]: all of that at a moment; [`slmgr`] and [`cim`] render it.

pub mod call;
pub mod cim;
pub mod clients;
pub mod config;
pub mod decision;
pub mod event_log;
pub mod exchange;
pub mod host;
pub mod ledger;
pub mod policy;
pub mod refusal;
pub mod slmgr;
pub mod snapshot;
pub mod verdict;
pub mod why;
