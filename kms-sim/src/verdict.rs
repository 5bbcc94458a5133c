//! What the policy says of a request.

use kms_proto::kms::hresult::HResult;

use crate::refusal::Refusal;
use crate::why::Why;

/// A refusal: the code that travels, and the rule that chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The code.
    pub code: Refusal,
    /// The rule.
    pub why: Why,
}

impl Refused {
    /// A refusal with `code`, because of `why`.
    pub const fn new(code: Refusal, why: Why) -> Self {
        Self { code, why }
    }
}

/// Granted, or refused and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The request is answered with a count.
    Granted,
    /// The request is answered with a code.
    Refused(Refused),
}

impl Verdict {
    /// The code that travels; success when granted.
    pub const fn result(self) -> HResult {
        match self {
            Self::Granted => HResult::OK,
            Self::Refused(refused) => refused.code.code(),
        }
    }

    /// The rule that refused, if one did.
    pub const fn why(self) -> Option<Why> {
        match self {
            Self::Granted => None,
            Self::Refused(refused) => Some(refused.why),
        }
    }
}

impl From<Option<Refused>> for Verdict {
    fn from(refused: Option<Refused>) -> Self {
        refused.map_or(Self::Granted, Self::Refused)
    }
}
