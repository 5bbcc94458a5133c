//! `w32tm`: its command line, and what it prints.
//!
//! Texts as Windows has them in English ("Windows Time Service Tools and Settings" on
//! learn.microsoft.com, and public outputs where that page shows none); lines end in `\n`, the
//! computer's time zone is UTC.

pub mod command;
mod options;
pub mod reply;
