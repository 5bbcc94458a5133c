//! What slmgr does and prints on a machine.
//!
//! Labels and order as slmgr.vbs has them, lines ending in `\n`; the banner of cscript is not part
//! of it.

pub mod ato;
mod elevation;
pub mod information;
mod keys;
mod kms_client;
pub mod run;
mod settings;
