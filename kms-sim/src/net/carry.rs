//! A delivery carried out on a socket: real bytes, tokio's timers.

use std::time::Duration;

use bytes::BytesMut;
use kms_proto::time::duration::Nanos;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::fault::delivery::{Delivery, What};
use crate::net::observer::Ended;
use crate::net::shared::stopped;
use crate::net::tap::Wire;

/// Bytes kept of a peer that speaks while it is to wait.
const AHEAD: usize = 64 * 1024;

/// A socket, and what came over it while something else was done.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) stream: TcpStream,
    pub(crate) input: BytesMut,
    pub(crate) wire: Wire,
    pub(crate) stop: watch::Receiver<bool>,
    /// How long a peer may take for what it gets.
    pub(crate) idle: Duration,
    /// This side was ended by a fault; what is written is lost.
    pub(crate) half_closed: bool,
}

impl Link {
    /// Carries out a delivery.
    ///
    /// # Errors
    ///
    /// Why the connection ended meanwhile.
    pub(crate) async fn carry(&mut self, mut delivery: Delivery) -> Result<(), Ended> {
        for part in delivery.take() {
            self.wait(part.after).await?;
            match part.what {
                What::Send(_) if self.half_closed => {}
                What::Send(bytes) => {
                    self.wire.goes(&bytes);
                    match timeout(self.idle, self.stream.write_all(&bytes)).await {
                        Err(_) => return Err(Ended::Idle),
                        Ok(Err(error)) => return Err(Ended::Broken(error.kind())),
                        Ok(Ok(())) => {}
                    }
                }
                What::HalfClose => {
                    self.wire.half_closed();
                    // A peer that is gone has no use for it.
                    let _ = self.stream.shutdown().await;
                    self.half_closed = true;
                }
                What::Close => return Err(self.close().await),
                What::Reset => return Err(self.reset()),
                What::Stall => return Err(self.ignore().await),
            }
        }
        Ok(())
    }

    /// Waits, and notices when the peer leaves or the server stops.
    ///
    /// # Errors
    ///
    /// Why the connection ended meanwhile.
    pub(crate) async fn wait(&mut self, length: Nanos) -> Result<(), Ended> {
        let Some(length) = u64::try_from(length.0).ok().filter(|nanos| *nanos > 0) else {
            return Ok(());
        };
        let until = Instant::now() + Duration::from_nanos(length);
        loop {
            let listens = self.input.len() < AHEAD;
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return Err(Ended::Stopped),
                () = sleep_until(until) => return Ok(()),
                read = self.stream.read_buf(&mut self.input), if listens => match read {
                    Err(error) => return Err(Ended::Broken(error.kind())),
                    Ok(0) => return Err(Ended::Peer),
                    Ok(_) => {}
                },
            }
        }
    }

    /// Says goodbye.
    pub(crate) async fn close(&mut self) -> Ended {
        self.wire.half_closed();
        // Best effort: what the peer does now is its affair.
        let _ = self.stream.shutdown().await;
        Ended::Fault
    }

    /// Lets the connection be reset as it is dropped.
    pub(crate) fn reset(&mut self) -> Ended {
        self.wire.reset();
        // A socket that cannot be told so is closed.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Ended::Fault
    }

    /// Takes whatever comes and answers nothing, until the peer leaves or its time is over.
    pub(crate) async fn ignore(&mut self) -> Ended {
        let until = Instant::now() + self.idle;
        loop {
            self.wire.came(&self.input);
            self.input.clear();
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return Ended::Stopped,
                read = timeout_at(until, self.stream.read_buf(&mut self.input)) => match read {
                    Err(_) => return Ended::Idle,
                    Ok(Err(error)) => return Ended::Broken(error.kind()),
                    Ok(Ok(0)) => return Ended::Peer,
                    Ok(Ok(_)) => {}
                },
            }
        }
    }
}
