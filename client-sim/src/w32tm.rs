//! `w32tm`: its command line, and what it prints.
//!
//! Texts as Windows has them in English ("Windows Time Service Tools and Settings" on
//! learn.microsoft.com, and public outputs where that page shows none); lines end in `\n`, the
//! computer's time zone is UTC.

pub mod chart;
pub mod command;
mod config;
mod configuration;
mod dates;
mod help;
pub mod monitor;
mod options;
mod peers;
pub mod reply;
pub mod resync;
pub mod run;
mod seconds;
mod status;
pub mod target;
