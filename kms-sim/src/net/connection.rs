//! One connection: read, step, write.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

use crate::fault::notes::Notes;
use crate::net::observer::Ended;
use crate::net::shared::{Shared, stopped};
use crate::net::tap::Wire;
use crate::session::{Session, Step};

/// Bytes read at once: more than a PDU.
pub(crate) const READ: usize = 8 * 1024;

/// Serves one connection until either side ends it, and says why it ended.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    mut stream: TcpStream,
    mut session: Session,
    (connection, wire): (u64, Wire),
    mut stop: watch::Receiver<bool>,
) -> Ended {
    let mut input = BytesMut::with_capacity(READ);
    let mut out = BytesMut::with_capacity(READ);
    let mut deadline = deadline(&shared);
    loop {
        input.clear();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ended::Stopped,
            read = timeout_at(deadline, stream.read_buf(&mut input)) => match read {
                Err(_) => return Ended::Idle,
                Ok(Err(error)) => return Ended::Broken(error.kind()),
                Ok(Ok(0)) => return Ended::Peer,
                Ok(Ok(_)) => {
                    wire.came(&input);
                    session.receive(&input);
                }
            },
        }
        let (progress, close) = answer(&shared, &mut session, connection, &mut out);
        if progress {
            deadline = self::deadline(&shared);
        }
        wire.goes(&out);
        // A peer that takes no answers has the same time for them as for its questions.
        match timeout_at(deadline, stream.write_all(&out)).await {
            Err(_) => return Ended::Idle,
            Ok(Err(error)) => return Ended::Broken(error.kind()),
            Ok(Ok(())) => out.clear(),
        }
        give_way(input.len()).await;
        if let Some(why) = close {
            // Best effort: the answer has left, and what the peer does now is its affair.
            let _ = stream.shutdown().await;
            return why;
        }
    }
}

/// Serves every whole PDU received so far; says whether there was one, and why to close.
fn answer(
    shared: &Shared,
    session: &mut Session,
    connection: u64,
    out: &mut BytesMut,
) -> (bool, Option<Ended>) {
    let mut host = shared.host();
    let mut progress = false;
    loop {
        let step = session.step(&mut *host, || shared.now(), out);
        if let Some(remark) = step.remark() {
            shared.observer().remarked(connection, remark);
        }
        match step {
            Step::Idle => return (progress, None),
            Step::Sent(_) => {}
            Step::Called { outcome, .. } => {
                shared.observer().called(connection, &outcome, &Notes::NONE);
            }
            Step::Close(trouble) => return (true, Some(Ended::Session(trouble))),
        }
        progress = true;
    }
}

/// Lets the other connections have their turn where this one had as many bytes as are read at once.
///
/// A peer that sends without waiting always has more; tokio would go on with it for some hundred
/// kilobytes. One that waits for its answers never sends so much.
pub(crate) async fn give_way(read: usize) {
    if read >= READ {
        yield_now().await;
    }
}

/// When a peer that completes no PDU from now on is closed.
pub(crate) fn deadline(shared: &Shared) -> Instant {
    // tokio's timer, not a clock anybody judges by.
    Instant::now() + shared.idle()
}
