//! A listening socket, set up the same way for both families.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections the system may hold for us before they are accepted.
const BACKLOG: i32 = 1024;

/// Bytes the system keeps for a connection, each way; Linux takes twice that, for what it adds.
///
/// Left to itself, Linux keeps megabytes for a peer that sends and reads nothing, and the host works
/// through thousands of its calls before it is stopped by answers nobody takes. A call and its answer
/// are hundreds of bytes, and the most that may be under way at once is 64 KiB a call.
const KEPT: usize = 64 * 1024;

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
    // Connections have what their listener had.
    socket.set_recv_buffer_size(KEPT)?;
    socket.set_send_buffer_size(KEPT)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use socket2::SockRef;
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn the_system_keeps_little_for_a_connection_however_much_its_peer_sends() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let kept = SockRef::from(&stream);
        for size in [kept.recv_buffer_size().unwrap(), kept.send_buffer_size().unwrap()] {
            assert!((KEPT..=2 * KEPT).contains(&size), "{size}");
        }
        drop(client);
    }
}
