//! An SRV record of `_vlmcs._tcp` ([RFC 2782]), as far as a machine reads it.
//!
//! [RFC 2782]: https://www.rfc-editor.org/rfc/rfc2782

use crate::kms_host::KmsHost;

/// A host that DNS names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    /// Lower comes first.
    pub priority: u16,
    /// Among equals, how often it comes first.
    pub weight: u16,
    /// The host's name and port.
    pub target: KmsHost,
}
