//! slmgr.vbs: its command line, its usage, and what a command comes to.
//!
//! Options, parameters and texts as Microsoft documents them ("Slmgr.vbs options for obtaining
//! volume activation information" on learn.microsoft.com) and as the script prints them; machines
//! and hosts carry the commands out, each what concerns it.

pub mod command;
pub mod entry;
pub mod options;
pub mod parse;
pub mod reply;
pub mod usage;
