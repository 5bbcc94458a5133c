//! Connections: messages with their length before them (RFC 1035 §4.2.2, RFC 7766).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::dns::zone::answered::Transport;
use crate::net::dns::SharedZone;
use crate::net::shared::stopped;

/// Connections served at once; one more is closed unserved.
const MOST: usize = 256;

/// How long a peer may take for a message, or for taking an answer.
const IDLE: Duration = Duration::from_secs(10);

/// How long nothing is accepted after that failed: out of descriptors, most likely.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until told to stop.
pub(super) async fn serve(
    shared: Arc<SharedZone>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            Some(_) = open.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) if open.len() < MOST => {
                open.spawn(converse(shared.clone(), stream, peer));
            }
            Ok(_) => {}
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    open.shutdown().await;
}

/// Answers one message after the other; ends when the peer does, or is slow.
async fn converse(shared: Arc<SharedZone>, mut stream: TcpStream, peer: SocketAddr) {
    let mut bytes = Vec::new();
    while let Ok(Ok(())) = timeout(IDLE, receive(&mut stream, &mut bytes)).await {
        let Some(answered) = shared.answer(&bytes, peer, Transport::Tcp) else { continue };
        if let Ok(nanos @ 1..) = u64::try_from(answered.late.0) {
            tokio::time::sleep(Duration::from_nanos(nanos)).await;
        }
        let Ok(length) = u16::try_from(answered.bytes.len()) else { return };
        let message = [&length.to_be_bytes()[..], &answered.bytes].concat();
        if !matches!(timeout(IDLE, stream.write_all(&message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn receive(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let length = stream.read_u16().await?;
    bytes.resize(length.into(), 0);
    stream.read_exact(bytes).await?;
    Ok(())
}
