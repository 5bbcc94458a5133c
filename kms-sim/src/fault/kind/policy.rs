//! `kms.policy`: what the host says, whatever its rules would.

use serde::Deserialize;

use crate::fault::value::Code;

/// What goes wrong with a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PolicyKind {
    /// The request is refused with this code, foreign ones too.
    Result {
        /// Any HRESULT but zero.
        hresult: Code,
    },
    /// It is granted with a count one below what its product needs, where the rules grant it.
    CountBelow {},
}
