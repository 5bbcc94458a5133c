//! The server: accepts, hands out ordinals, stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::net::door;
use crate::net::listen::listen;
use crate::net::shared::{Shared, stopped};
use crate::net::welcome::welcome;

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
        let slots =
            Arc::new(Semaphore::new(shared.options().max_connections.min(Semaphore::MAX_PERMITS)));
        let mut acceptors = JoinSet::new();
        for listener in listeners {
            let (shared, slots, stop) = (shared.clone(), slots.clone(), stopped.clone());
            if shared.meddling().is_some() {
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
