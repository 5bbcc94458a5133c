//! What a client asked, and what it makes of the answer.

use crate::kms::check::failure::{Check, Failure};
use crate::kms::request::Request;
use crate::kms::response::Response;

/// What a client remembers of its request to check the answer against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request as it was sealed.
    pub request: Request,
    /// The IV it was sealed under; version 4 has no use for it.
    pub iv: [u8; 16],
}

/// An answer as far as it could be read, and every check of it that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The fields, where all of them could be read. They prove nothing while a check fails.
    pub response: Option<Response>,
    /// The host's hardware id; version 6.
    pub hwid: Option<[u8; 8]>,
    /// The failures, in the order of the checks: the first is the error.
    pub failures: Vec<Failure>,
}

impl Answer {
    /// The fields, when every check held.
    ///
    /// # Errors
    ///
    /// With the first check that failed.
    pub fn verified(&self) -> Result<&Response, &Failure> {
        match (&self.response, self.failures.first()) {
            (Some(response), None) => Ok(response),
            (_, Some(failure)) => Err(failure),
            (None, None) => Err(const { &Failure { check: Check::Size, detail: String::new() } }),
        }
    }
}
