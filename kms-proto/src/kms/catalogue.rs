//! The status catalogue: what each result code means, where it shows, and what to do about it.
//!
//! One table for the host, the client, `kmslab explain` and the documentation. Messages are those
//! that Microsoft documents, each with the source it was read in; causes and remedies are in this
//! project's words.

mod attempt;
mod boundary;
mod dns;
pub mod entry;
mod explain;
mod key;
mod license;
mod parse;
mod rpc;
mod system;
mod table;
mod transport;

pub use crate::kms::catalogue::explain::{bits, explain, is_fault};
pub use crate::kms::catalogue::parse::parse;
pub use crate::kms::catalogue::table::{entries, find, find_symbol, folded, nearest};
