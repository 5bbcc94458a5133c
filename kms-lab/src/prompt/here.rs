//! The names every computer has for itself.

use std::net::IpAddr;

/// Whether a name or an address is that of the computer at which it is typed.
pub fn is_here(name: &str) -> bool {
    let loopback = name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    loopback || name == "." || name.eq_ignore_ascii_case("localhost")
}
