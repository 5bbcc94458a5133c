//! What becomes of a connection that was accepted.

use std::net::SocketAddr;
use std::sync::Arc;

use kms_proto::draw::Draw;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::net::bent;
use crate::net::connection;
use crate::net::observer::Ended;
use crate::net::shared::Shared;
use crate::net::tap::Wire;
use crate::session::Session;

/// Gives a connection its ordinal and a task of its own, or the door.
pub(crate) fn welcome(
    shared: &Arc<Shared>,
    stream: TcpStream,
    peer: SocketAddr,
    slots: &Arc<Semaphore>,
    stop: &watch::Receiver<bool>,
    open: &mut JoinSet<()>,
) {
    let ordinal = shared.next_connection();
    let wire = shared.options().taps.of(ordinal);
    shared.observer().opened(ordinal, peer);
    if let Ok(local) = stream.local_addr() {
        wire.opened(peer, local);
    }
    let Ok(slot) = slots.clone().try_acquire_owned() else {
        shared.observer().closed(ordinal, Ended::Full);
        wire.ended(Ended::Full);
        return;
    };
    // Nagle would hold back a pipelined answer; a socket that cannot be told works without.
    let _ = stream.set_nodelay(true);
    let port = stream.local_addr().map_or(0, |local| local.port());
    let draw = Draw::new(shared.host().config().seed);
    let caller = shared.meddling().map(|meddling| meddling.caller(peer)).unwrap_or_default();
    let number = caller.key.unwrap_or(ordinal);
    let session = Session::new(shared.options().session, draw, number, port);
    let (shared, stop) = (shared.clone(), stop.clone());
    open.spawn(async move {
        let told =
            Told { shared: shared.clone(), ordinal, wire: wire.clone(), why: Ended::Stopped };
        let why = if shared.meddling().is_some() {
            bent::serve(&shared, stream, session, (ordinal, wire, caller), stop).await
        } else {
            connection::serve(shared.clone(), stream, session, (ordinal, wire), stop).await
        };
        told.ends(why);
        drop(slot);
    });
}

/// Tells observer and tap that a connection ended, also when its task is cut off.
struct Told {
    shared: Arc<Shared>,
    ordinal: u64,
    wire: Wire,
    why: Ended,
}

impl Told {
    fn ends(mut self, why: Ended) {
        self.why = why;
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.wire.ended(self.why);
        self.shared.observer().closed(self.ordinal, self.why);
    }
}
