//! A zone on its sockets: UDP and TCP on one port.

mod tcp;
mod udp;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kms_proto::time::FileTime;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::dns::zone::Zone;
use crate::dns::zone::answered::{Answered, Transport};
use crate::fault::kind::dns::DnsKind;
use crate::net::listen::listen;

/// How often a port is looked for that is free for both transports.
const TRIES: usize = 16;

/// The world around a zone: its clock, its faults, and who is told.
pub trait Around: Send + Sync + 'static {
    /// What the server's own clock reads.
    fn now(&self) -> FileTime;

    /// The faults in force on an answer for SRV records.
    fn bends(&self, peer: IpAddr) -> Vec<DnsKind>;

    /// Something was answered.
    fn answered(&self, peer: SocketAddr, transport: Transport, answered: &Answered);
}

/// A zone behind a lock, and what is around it.
pub struct SharedZone {
    zone: Mutex<Zone>,
    around: Box<dyn Around>,
}

impl SharedZone {
    /// A zone for servers and for whoever else asks it.
    pub fn new(zone: Zone, around: Box<dyn Around>) -> Arc<Self> {
        Arc::new(Self { zone: Mutex::new(zone), around })
    }

    /// The zone. Hold it shortly: every question waits for it.
    pub fn zone(&self) -> MutexGuard<'_, Zone> {
        self.zone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the server's own clock reads.
    pub fn now(&self) -> FileTime {
        self.around.now()
    }

    /// The answer to a message, if it is to have one.
    fn answer(&self, bytes: &[u8], peer: SocketAddr, transport: Transport) -> Option<Answered> {
        let bends = || self.around.bends(peer.ip());
        let answered = self.zone().answer(bytes, self.around.now(), transport, bends)?;
        self.around.answered(peer, transport, &answered);
        Some(answered)
    }
}

impl fmt::Debug for SharedZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedZone").field("zone", &self.zone).finish_non_exhaustive()
    }
}

/// A zone that is being served.
#[derive(Debug)]
pub struct DnsServer {
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
}

impl DnsServer {
    /// Listens on `addr` over UDP and TCP, port 0 for one the system picks, and begins to serve.
    ///
    /// # Errors
    ///
    /// When the address is not this machine's, or its port is taken for one of the two.
    pub fn start(shared: &Arc<SharedZone>, addr: SocketAddr) -> io::Result<Self> {
        let mut left = if addr.port() == 0 { TRIES } else { 1 };
        let (listener, socket, addr) = loop {
            let listener = listen(addr)?;
            let bound = listener.local_addr()?;
            left -= 1;
            match udp::bind(bound) {
                Ok(socket) => break (listener, UdpSocket::from_std(socket)?, bound),
                Err(error) if left == 0 => return Err(error),
                // Somebody else has that port over UDP: another will do.
                Err(_) => {}
            }
        };
        let (stop, stopped) = watch::channel(false);
        let mut servers = JoinSet::new();
        servers.spawn(udp::serve(shared.clone(), socket, stopped.clone()));
        servers.spawn(tcp::serve(shared.clone(), listener, stopped));
        Ok(Self { addr, stop, servers })
    }

    /// Where it listens, with the port the system picked.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops: when this returns, nothing is answered any more.
    pub async fn shutdown(mut self) {
        // Without receivers both have ended already.
        let _ = self.stop.send(true);
        while self.servers.join_next().await.is_some() {}
    }
}
