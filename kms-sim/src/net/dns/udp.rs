//! Datagrams: each is a question, and has one answer or none.

use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::dns::zone::answered::Transport;
use crate::net::dns::SharedZone;
use crate::net::shared::stopped;

/// The longest datagram there is.
const LONGEST: usize = 65_535;

/// Late answers that are held at once; one more is not sent at all.
const HELD: usize = 1024;

/// A socket on `addr`, for its own family alone.
pub(super) fn bind(addr: SocketAddr) -> std::io::Result<StdSocket> {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, Some(Protocol::UDP))?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    Ok(socket.into())
}

/// Serves until told to stop.
pub(super) async fn serve(
    shared: Arc<SharedZone>,
    socket: UdpSocket,
    mut stop: watch::Receiver<bool>,
) {
    let socket = Arc::new(socket);
    let mut buffer = vec![0; LONGEST];
    let mut late = JoinSet::new();
    loop {
        let received = tokio::select! {
            biased;
            () = stopped(&mut stop) => return,
            Some(_) = late.join_next() => continue,
            received = socket.recv_from(&mut buffer) => received,
        };
        // An error here tells of an answer that reached nobody: the next question is no worse.
        let Ok((length, peer)) = received else { continue };
        let bytes = buffer.get(..length).unwrap_or_default();
        let Some(answered) = shared.answer(bytes, peer, Transport::Udp) else { continue };
        match u64::try_from(answered.late.0) {
            Ok(nanos) if nanos > 0 => {
                if late.len() < HELD {
                    let socket = socket.clone();
                    late.spawn(async move {
                        tokio::time::sleep(Duration::from_nanos(nanos)).await;
                        let _ = socket.send_to(&answered.bytes, peer).await;
                    });
                }
            }
            // Whoever asked may be gone.
            _ => {
                let _ = socket.send_to(&answered.bytes, peer).await;
            }
        }
    }
}
