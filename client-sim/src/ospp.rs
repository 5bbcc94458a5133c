//! `ospp.vbs`, which manages the licence of Office as slmgr does that of Windows.
//!
//! Options as Microsoft documents them ("Tools to manage volume activation of Office" on
//! learn.microsoft.com); layout as public outputs show it. Lines end in `\n`.

pub mod command;
pub mod run;
mod status;
