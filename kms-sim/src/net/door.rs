//! A listening socket that faults may shut for a while.

use std::io;
use std::iter::from_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kms_proto::time::duration::Nanos;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::net::listen::listen;
use crate::net::meddling::Meddling;
use crate::net::shared::{Shared, stopped};
use crate::net::welcome::welcome;

/// Between two tries to accept, or to listen again.
const PAUSE: Duration = Duration::from_millis(5);
/// For ever, for a timer.
const LONG: Duration = Duration::from_hours(24 * 365);

/// Accepts while the door is open, until told to stop; returns the connections still open.
pub(crate) async fn accept(
    shared: Arc<Shared>,
    listener: TcpListener,
    slots: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut open = JoinSet::new();
    let for_each = stop.clone();
    let (Some(meddling), Ok(addr)) = (shared.meddling(), listener.local_addr()) else {
        return open;
    };
    let mut changed = meddling.subscribe();
    let mut listener = Some(listener);
    loop {
        let (shut, mut again) = look(&shared, meddling);
        if shut {
            // Who got in before it was shut is not sent away unseen.
            for (stream, peer) in waiting(listener.take()) {
                welcome(&shared, stream, peer, &slots, &for_each, &mut open);
            }
        } else if listener.is_none() {
            listener = listen(addr).ok();
            if listener.is_none() {
                again = PAUSE;
            }
        }
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return open,
            Ok(()) = changed.changed() => {}
            () = sleep(again) => {}
            Some(_) = open.join_next() => {}
            accepted = next(listener.as_ref()) => match accepted {
                Ok((stream, peer)) => {
                    welcome(&shared, stream, peer, &slots, &for_each, &mut open);
                }
                // Out of descriptors, most likely: let some connection end first.
                Err(why) => {
                    shared.observer().not_accepted(&why);
                    sleep(PAUSE).await;
                }
            },
        }
    }
}

/// Whether the door is shut, and when to look again.
fn look(shared: &Shared, meddling: &Meddling) -> (bool, Duration) {
    let now = meddling.elapsed();
    let door = meddling.faults().door(now);
    if !meddling.knows_who_is_turned_away() {
        let notes = meddling.faults().shuts(now);
        if !notes.is_empty() {
            shared.observer().bent(0, &notes);
        }
    }
    let until = |change: Nanos| u64::try_from(change.0.saturating_sub(now.0)).unwrap_or(0);
    let again = door.changes.map_or(LONG, |change| Duration::from_nanos(until(change)));
    (door.shut, again.min(LONG))
}

/// The connections that wait already, by the system's own word: the runtime may not know of the
/// last of them yet. Then nobody listens any more.
fn waiting(listener: Option<TcpListener>) -> impl Iterator<Item = (TcpStream, SocketAddr)> {
    let listener = listener.and_then(|listener| listener.into_std().ok());
    from_fn(move || {
        let (stream, peer) = listener.as_ref()?.accept().ok()?;
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    })
}

/// The next connection; never, where nobody listens.
async fn next(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}
