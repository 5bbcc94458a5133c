//! What went wrong in DNS, and the code Windows has for it.

use core::fmt;

use serde::Serialize;

use crate::kms::hresult::HResult;

/// Where Windows numbers the response codes of DNS from: `DNS_ERROR_RESPONSE_CODES_BASE`.
const RESPONSE_CODES: u32 = 9000;

/// Why a question or an update came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(tag = "kind", content = "number", rename_all = "kebab-case")]
pub enum DnsFailure {
    /// The server answered with this code: those of a header (RFC 1035, RFC 2136), and those of a
    /// signature (RFC 8945) from 16.
    Rcode(u16),
    /// The name exists, and has no record of the type asked for.
    NoRecords,
    /// No server answered in time, or none can be reached.
    NoAnswer,
    /// The computer has no DNS server to ask.
    NoServers,
    /// There is no name to ask for: no suffix, or nothing DNS takes for a name.
    InvalidName,
    /// What was answered cannot be read.
    BadPacket,
}

impl DnsFailure {
    /// The query was not well-formed.
    pub const FORMAT: Self = Self::Rcode(1);
    /// The server failed.
    pub const SERVER: Self = Self::Rcode(2);
    /// The name does not exist.
    pub const NAME: Self = Self::Rcode(3);
    /// The server will not, by policy.
    pub const REFUSED: Self = Self::Rcode(5);
    /// The server is not responsible, or does not take the signature.
    pub const NOT_AUTH: Self = Self::Rcode(9);
    /// The signature is wrong.
    pub const BAD_SIGNATURE: Self = Self::Rcode(16);
    /// The server does not know the key.
    pub const BAD_KEY: Self = Self::Rcode(17);
    /// The signature is of another time than the server's clock shows.
    pub const BAD_TIME: Self = Self::Rcode(18);

    /// Windows' code, of winerror.h.
    ///
    /// A server that does not answer is 0x8007232A, as Microsoft's article on that code says of
    /// DNS traffic that is dropped.
    pub const fn code(self) -> HResult {
        HResult::from_win32(match self {
            Self::Rcode(rcode @ (1..=10 | 16..=18)) => RESPONSE_CODES + widened(rcode),
            Self::NoAnswer => RESPONSE_CODES + 2,
            // DNS_ERROR_BAD_PACKET.
            Self::Rcode(_) | Self::BadPacket => 9502,
            // DNS_INFO_NO_RECORDS.
            Self::NoRecords => 9501,
            // DNS_ERROR_NO_DNS_SERVERS.
            Self::NoServers => 9852,
            // ERROR_INVALID_NAME.
            Self::InvalidName => 123,
        })
    }

    /// Whether another server may still know better.
    pub const fn is_the_servers(self) -> bool {
        matches!(self, Self::Rcode(1 | 2 | 4 | 5) | Self::NoAnswer | Self::BadPacket)
    }
}

#[expect(clippy::as_conversions, reason = "wider, and From is not const")]
const fn widened(number: u16) -> u32 {
    number as u32
}

/// What happened, for people.
impl fmt::Display for DnsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rcode(1) => "the DNS server could not read the question (FORMERR)",
            Self::Rcode(2) => "the DNS server failed (SERVFAIL)",
            Self::Rcode(3) => "DNS says that the name does not exist (NXDOMAIN)",
            Self::Rcode(4) => "the DNS server does not do that (NOTIMP)",
            Self::Rcode(5) => "the DNS server refused (REFUSED)",
            Self::Rcode(6) => "a name exists that must not (YXDOMAIN)",
            Self::Rcode(7) => "records exist that must not (YXRRSET)",
            Self::Rcode(8) => "records that must exist do not (NXRRSET)",
            Self::Rcode(9) => "the DNS server is not responsible for the zone (NOTAUTH)",
            Self::Rcode(10) => "a name is not in the zone (NOTZONE)",
            Self::Rcode(16) => "the signature does not verify (BADSIG)",
            Self::Rcode(17) => "the DNS server does not know the key (BADKEY)",
            Self::Rcode(18) => "the clocks differ by more than the signature allows (BADTIME)",
            Self::Rcode(code) => return write!(f, "the DNS server answered with code {code}"),
            Self::NoRecords => "DNS knows no such record of that name",
            Self::NoAnswer => "no DNS server answered",
            Self::NoServers => "no DNS server is configured",
            Self::InvalidName => "there is no name to look up",
            Self::BadPacket => "the DNS server's answer cannot be read",
        })
    }
}

impl core::error::Error for DnsFailure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_winerror_h() {
        for (failure, code) in [
            (DnsFailure::SERVER, 0x8007_232A),
            (DnsFailure::NoAnswer, 0x8007_232A),
            (DnsFailure::NAME, 0x8007_232B),
            (DnsFailure::REFUSED, 0x8007_232D),
            (DnsFailure::NOT_AUTH, 0x8007_2331),
            (DnsFailure::Rcode(10), 0x8007_2332),
            (DnsFailure::BAD_SIGNATURE, 0x8007_2338),
            (DnsFailure::BAD_KEY, 0x8007_2339),
            (DnsFailure::BAD_TIME, 0x8007_233A),
            (DnsFailure::NoRecords, 0x8007_251D),
            (DnsFailure::BadPacket, 0x8007_251E),
            (DnsFailure::Rcode(11), 0x8007_251E),
            (DnsFailure::NoServers, 0x8007_267C),
            (DnsFailure::InvalidName, 0x8007_007B),
        ] {
            assert_eq!(failure.code(), HResult(code), "{failure}");
        }
    }
}
