//! Values that several verbs take on their command lines.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PathBufValueParser, TypedValueParser};
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::version::Version;
use kms_proto::time::duration::{self, Nanos};

/// A protocol version by its major number.
///
/// # Errors
///
/// When it is none of 4, 5, 6.
pub fn protocol(text: &str) -> Result<Version, String> {
    match text {
        "4" | "4.0" => Ok(Version::V4),
        "5" | "5.0" => Ok(Version::V5),
        "6" | "6.0" => Ok(Version::V6),
        _ => Err("one of 4, 5, 6".to_owned()),
    }
}

/// Where a capture goes: a file, and not stdout.
pub fn capture() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path.as_os_str() == "-" {
            return Err("a capture is binary and does not go to stdout: name a file");
        }
        Ok(path)
    })
}

/// A whole number of 32 bits.
///
/// # Errors
///
/// With the range, when it is none.
pub fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("a whole number from 0 to {}", u32::MAX))
}

/// A licence status that has a meaning.
///
/// # Errors
///
/// With the range, when it has none.
pub fn license_status(text: &str) -> Result<LicenseStatus, String> {
    let status = text.parse().ok().filter(|status| *status <= 6);
    status.map(LicenseStatus).ok_or_else(|| {
        "a licence status from 0 to 6: 0 unlicensed, 1 licensed, 2 initial grace, 3 additional \
         grace, 4 non-genuine grace, 5 notification, 6 extended grace"
            .to_owned()
    })
}

/// A length of time above 0.
///
/// # Errors
///
/// When it cannot be read, or is 0.
pub fn length(text: &str) -> Result<Duration, String> {
    let Nanos(nanos) = duration::parse(text).map_err(|e| e.to_string())?;
    match u64::try_from(nanos) {
        Ok(nanos) if nanos > 0 => Ok(Duration::from_nanos(nanos)),
        _ => Err("a length above 0, such as 30s".to_owned()),
    }
}

/// An address with its port, `default` where none is given.
///
/// # Errors
///
/// When it is none.
pub fn address(text: &str, default: u16) -> Result<SocketAddr, String> {
    if let Ok(addr) = text.parse() {
        return Ok(addr);
    }
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    match bare {
        "localhost" => Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), default)),
        _ => bare
            .parse::<IpAddr>()
            .map(|ip| SocketAddr::new(ip, default))
            .map_err(|_| format!("an address and a port, such as 127.0.0.1:{default} or [::1]:0")),
    }
}

/// A DNS server: an address, with a port where it is not 53.
///
/// # Errors
///
/// When it is a name, which nobody could look up yet, or nothing of the kind.
pub fn dns_server(text: &str) -> Result<SocketAddr, String> {
    address(text, 53)
        .map_err(|_| "the address of a DNS server, such as 192.0.2.53 or 127.0.0.1:5353".to_owned())
}
