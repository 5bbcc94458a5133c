//! A name that DNS does not know, in the codes of different generations of Windows.

use kms_proto::dns::failure::DnsFailure;
use kms_proto::kms::hresult::HResult;

/// The code by which this generation of Windows calls a name that does not exist.
///
/// Microsoft's table gives one cause, no SRV record, for three codes, and no source says which
/// Windows prints which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoName {
    /// `0x8007232B`, `DNS_ERROR_RCODE_NAME_ERROR`.
    #[default]
    NameError,
    /// `0x80092328`.
    Security,
    /// `0x8007007B`, `ERROR_INVALID_NAME`.
    InvalidName,
}

impl NoName {
    /// The code of a failed look-up.
    pub const fn code(self, failure: DnsFailure) -> HResult {
        match (failure, self) {
            (DnsFailure::NAME, Self::Security) => HResult(0x8009_2328),
            (DnsFailure::NAME, Self::InvalidName) => DnsFailure::InvalidName.code(),
            _ => failure.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_that_is_not_there_has_three_codes() {
        use DnsFailure as F;
        for (no_name, code) in [
            (NoName::NameError, 0x8007_232B),
            (NoName::Security, 0x8009_2328),
            (NoName::InvalidName, 0x8007_007B),
        ] {
            assert_eq!(no_name.code(F::NAME), HResult(code));
            assert_eq!(no_name.code(F::NoRecords), HResult(0x8007_251D));
        }
    }
}
