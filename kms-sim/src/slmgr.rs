//! What slmgr does and prints on a KMS host.
//!
//! Labels and order as slmgr.vbs has them, lines ending in `\n`.

pub mod information;
pub mod run;
mod settings;

pub use information::text;
