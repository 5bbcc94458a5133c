//! A question to a time server on UDP.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use kms_proto::ntp::packet::Packet;
use kms_proto::wire::{Order, Wire};
use tokio::net::UdpSocket;

/// The largest answer that is read.
const LARGEST: usize = 1024;

/// Sends a question, and waits for the answer to it.
///
/// Packets that answer something else are passed over: only who has seen the question knows its
/// timestamp. The caller reads its clock before and after.
///
/// # Errors
///
/// When no answer comes in time, or the system says that none will.
pub async fn ask(server: SocketAddr, question: &Packet, patience: Duration) -> io::Result<Packet> {
    let own: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(own).await?;
    socket.connect(server).await?;
    socket.send(&question.to_bytes(Order::Big)).await?;
    let answer = async {
        let mut buffer = [0; LARGEST];
        loop {
            let length = socket.recv(&mut buffer).await?;
            let bytes = buffer.get(..length).unwrap_or_default();
            match Packet::parse(bytes, Order::Big) {
                Ok((_, answer)) if answer.origin == question.transmit => return Ok(answer),
                _ => {}
            }
        }
    };
    let late = || io::Error::new(io::ErrorKind::TimedOut, "no answer came in time");
    tokio::time::timeout(patience, answer).await.unwrap_or_else(|_| Err(late()))
}
