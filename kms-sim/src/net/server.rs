//! The server: accepts, hands out ordinals, stops.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kms_proto::draw::Draw;
use kms_proto::time::FileTime;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::host::Host;
use crate::net::bent;
use crate::net::connection;
use crate::net::door;
use crate::net::listen::listen;
use crate::net::meddling::Meddling;
use crate::net::observer::{Ended, Observer};
use crate::net::options::Options;
use crate::session::Session;

/// How the host's clock is read; called once for each PDU served.
pub type Now = Box<dyn Fn() -> FileTime + Send + Sync>;

/// What all connections of a server share.
pub struct Shared {
    host: Mutex<Host>,
    now: Now,
    observer: Box<dyn Observer>,
    options: Options,
    connections: AtomicU64,
    meddling: Option<Meddling>,
}

impl Shared {
    /// A host behind a lock, its clock, and who is told what happens.
    pub fn new(host: Host, now: Now, observer: Box<dyn Observer>, options: Options) -> Arc<Self> {
        Arc::new(Self::assembled(host, now, observer, options, None))
    }

    /// The same with faults in force.
    pub fn meddled(
        host: Host,
        now: Now,
        observer: Box<dyn Observer>,
        options: Options,
        meddling: Meddling,
    ) -> Arc<Self> {
        Arc::new(Self::assembled(host, now, observer, options, Some(meddling)))
    }

    fn assembled(
        host: Host,
        now: Now,
        observer: Box<dyn Observer>,
        options: Options,
        meddling: Option<Meddling>,
    ) -> Self {
        let (host, connections) = (Mutex::new(host), AtomicU64::new(0));
        Self { host, now, observer, options, connections, meddling }
    }

    /// The faults in force, if there are any.
    ///
    /// Who takes the host as well takes it first.
    pub fn meddling(&self) -> Option<&Meddling> {
        self.meddling.as_ref()
    }

    /// The host. Hold it shortly: every connection waits for it.
    pub fn host(&self) -> MutexGuard<'_, Host> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the host's clock reads.
    pub fn now(&self) -> FileTime {
        (self.now)()
    }

    /// How long a peer may take for a PDU.
    pub fn idle(&self) -> Duration {
        self.options.idle
    }

    pub(crate) fn observer(&self) -> &dyn Observer {
        &*self.observer
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A host on its sockets.
#[derive(Debug)]
pub struct Server {
    addrs: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    acceptors: JoinSet<JoinSet<()>>,
}

impl Server {
    /// Listens on every address, in order, and begins to serve.
    ///
    /// When this returns a connection to any of [`addrs`](Self::addrs) is accepted.
    ///
    /// # Errors
    ///
    /// The address that could not be listened on, and the system's reason; nothing then listens.
    pub fn start(
        shared: &Arc<Shared>,
        addrs: &[SocketAddr],
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let listeners: Vec<TcpListener> = addrs
            .iter()
            .map(|addr| listen(*addr).map_err(|error| (*addr, error)))
            .collect::<Result<_, _>>()?;
        let local = |(listener, asked): (&TcpListener, &SocketAddr)| {
            listener.local_addr().map_err(|error| (*asked, error))
        };
        let bound = listeners.iter().zip(addrs).map(local).collect::<Result<_, _>>()?;
        let (stop, stopped) = watch::channel(false);
        let slots = Arc::new(Semaphore::new(shared.options.max_connections));
        let mut acceptors = JoinSet::new();
        for listener in listeners {
            let (shared, slots, stop) = (shared.clone(), slots.clone(), stopped.clone());
            if shared.meddling.is_some() {
                acceptors.spawn(door::accept(shared, listener, slots, stop));
            } else {
                acceptors.spawn(accept(shared, listener, slots, stop));
            }
        }
        Ok(Self { addrs: bound, stop, acceptors })
    }

    /// Where it listens, in the order asked for, with the ports the system picked.
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }

    /// Stops: when this returns, every port refuses and no connection is left.
    ///
    /// A connection in the middle of an answer has `grace` to finish it.
    pub async fn shutdown(mut self, grace: Duration) {
        // Without receivers every acceptor has ended already.
        let _ = self.stop.send(true);
        let mut open = Vec::new();
        while let Some(ended) = self.acceptors.join_next().await {
            open.extend(ended.ok());
        }
        let drained = async {
            for connections in &mut open {
                while connections.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(grace, drained).await.is_err() {
            for mut connections in open {
                connections.shutdown().await;
            }
        }
    }
}

/// Accepts until told to stop; returns the connections still open, its listener closed.
async fn accept(
    shared: Arc<Shared>,
    listener: TcpListener,
    slots: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) -> JoinSet<()> {
    const FIRST_PAUSE: Duration = Duration::from_millis(5);
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);
    let mut open = JoinSet::new();
    let for_each = stop.clone();
    let mut pause = FIRST_PAUSE;
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return open,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => {
                if let Ok((stream, peer)) = accepted {
                    pause = FIRST_PAUSE;
                    welcome(&shared, stream, peer, &slots, &for_each, &mut open);
                    continue;
                }
                // Out of descriptors, most likely: let some connection end first.
                let ended = tokio::time::timeout(pause, stopped(&mut stop)).await;
                if ended.is_ok() {
                    return open;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            },
        }
    }
}

/// Returns once the server stops, or is gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone: that is a stop too.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Gives a connection its ordinal and a task of its own, or the door.
pub(crate) fn welcome(
    shared: &Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    slots: &Arc<Semaphore>,
    stop: &watch::Receiver<bool>,
    open: &mut JoinSet<()>,
) {
    let ordinal = shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
    shared.observer().opened(ordinal, peer);
    let Ok(slot) = slots.clone().try_acquire_owned() else {
        shared.observer().closed(ordinal, Ended::Full);
        return;
    };
    // Nagle would hold back a pipelined answer; a socket that cannot be told works without.
    let _ = stream.set_nodelay(true);
    let port = stream.local_addr().map_or(0, |local| local.port());
    let draw = Draw::new(shared.host().config().seed);
    let session = Session::new(shared.options.session, draw, ordinal, port);
    let (shared, stop) = (shared.clone(), stop.clone());
    open.spawn(async move {
        let why = if shared.meddling.is_some() {
            bent::serve(&shared, stream, session, ordinal, stop).await
        } else {
            connection::serve(shared.clone(), stream, session, ordinal, stop).await
        };
        shared.observer().closed(ordinal, why);
        drop(slot);
    });
}
