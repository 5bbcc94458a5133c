//! What a client checks in an answer: named, in a fixed order, the first that fails being the error.
//!
//! The first five checks are the RPC session's, which reports them by these names; from the length on
//! they are [`verify_answer`]'s.

mod answer;
mod base;
mod failure;
mod verify;

pub(crate) use crate::kms::check::base::stated_size;

pub use crate::kms::check::answer::{Answer, Asked};
pub use crate::kms::check::failure::{Check, Failure};
pub use crate::kms::check::verify::verify_answer;
