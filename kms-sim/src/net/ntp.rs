//! A time server on UDP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kms_proto::time::FileTime;
use kms_proto::wire::{Order, Wire};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use crate::time_server::TimeServer;

/// Reads the server's clock.
pub type Now = Box<dyn Fn() -> FileTime + Send + Sync>;

/// The largest question: a packet with every extension anybody sends.
const LARGEST: usize = 1024;

/// A time server that runs until it is dropped.
#[derive(Debug)]
pub struct NtpServer {
    addr: SocketAddr,
    answered: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl NtpServer {
    /// Listens on `addr` and begins to answer by the clock `now` reads.
    ///
    /// # Errors
    ///
    /// When the address is not this computer's, or taken, or not allowed.
    pub async fn start(server: TimeServer, now: Now, addr: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind(addr).await?;
        let addr = socket.local_addr()?;
        let answered = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(serve(server, now, socket, answered.clone()));
        Ok(Self { addr, answered, task })
    }

    /// Where it listens, with the port the system picked.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many questions were answered.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }
}

impl Drop for NtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(server: TimeServer, now: Now, socket: UdpSocket, answered: Arc<AtomicU64>) {
    let mut buffer = [0; LARGEST];
    loop {
        // What fails is one datagram: a port that was closed at the other end, for instance.
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let received = now();
        let question = buffer.get(..length).unwrap_or_default();
        if let Some(answer) = server.answer(question, received, now())
            && socket.send_to(&answer.to_bytes(Order::Big), peer).await.is_ok()
        {
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}
