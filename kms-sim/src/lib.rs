//! A simulated KMS host.
//!
//! The core is pure: time and randomness are arguments, bytes come and go through buffers. Sockets
//! and timers live under `net` (feature `net`) and hold no rules.
//!
//! * [`session`]: one connection, from bytes to calls and back; [`strictness`]: how much of what is
//!   odd it refuses; [`call`]: what a service is told about a call.
//! * [`host`]: the host itself, open → judge → record → answer.
//! * [`policy`]: the ladder of rules a request climbs, one a file.
//! * [`ledger`], [`clients`], [`recent`], [`event_log`]: what the host remembers.
//! * [`dns`]: a zone, and the record a host publishes in one.
//! * [`time_server`]: what a time server answers.
//! * [`fault`]: what goes wrong on purpose, for whom and when.
//! * [`snapshot`]: all of that at a moment; [`slmgr`] and [`cim`] render it.

pub mod call;
pub mod cim;
pub mod clients;
pub mod config;
pub mod decision;
pub mod dns;
pub mod event_log;
pub mod exchange;
pub mod fault;
pub mod host;
pub mod ledger;
#[cfg(feature = "net")]
pub mod net;
pub mod policy;
pub mod recent;
pub mod refusal;
pub mod registry;
pub mod session;
pub mod slmgr;
pub mod snapshot;
pub mod strictness;
pub mod time_server;
pub mod verdict;
pub mod why;
