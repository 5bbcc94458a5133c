//! What slmgr prints on a machine: `/ato`, `/dli`, `/dlv`, `/xpr`.
//!
//! Labels and order as slmgr.vbs has them, lines ending in `\n`; the banner of cscript is not part
//! of it.

pub mod ato;
pub mod information;
mod kms_client;
