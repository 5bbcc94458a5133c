//! A listening socket, set up the same way for both families.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections the system may hold for us before they are accepted.
const BACKLOG: i32 = 1024;

/// Listens on `addr`; returns once the system accepts connections.
///
/// An IPv6 socket serves IPv6 only, so `0.0.0.0` and `[::]` can share a port and each address
/// means what it says.
///
/// # Errors
///
/// When the address is not this machine's, or taken, or not allowed.
pub fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
