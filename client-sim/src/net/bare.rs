//! A connection that knows no more of DCE/RPC than where a PDU ends: what is sent over it was made
//! elsewhere.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kms_proto::rpc::frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};

use crate::kms_host::KmsHost;
use crate::net::error::{Cause, NetError, Stage};

/// Bytes read at once: more than a PDU.
const READ: usize = 8 * 1024;

/// The addresses of a host, in the order the resolver gives them.
///
/// # Errors
///
/// When there is none, or none came in time.
pub async fn addresses(host: &KmsHost, patience: Duration) -> Result<Vec<SocketAddr>, NetError> {
    let cause = match timeout(patience, lookup_host((host.name(), host.port()))).await {
        Err(_) => Cause::TimedOut,
        Ok(Err(error)) => Cause::System(error.kind()),
        Ok(Ok(found)) => {
            let found: Vec<SocketAddr> = found.collect();
            if !found.is_empty() {
                return Ok(found);
            }
            Cause::NoAddress
        }
    };
    Err(NetError { host: host.clone(), stage: Stage::Resolve, cause })
}

/// What came from a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// One PDU, by its header.
    Pdu(Bytes),
    /// Bytes that are none.
    Noise(Bytes),
    /// The end: it sends no more.
    End,
}

/// A connection.
#[derive(Debug)]
pub struct Bare {
    host: KmsHost,
    stream: TcpStream,
    input: BytesMut,
    patience: Duration,
}

impl Bare {
    /// Connects to an address of `host`. `patience` is how long connecting, each write and each
    /// answer may take.
    ///
    /// # Errors
    ///
    /// When the address does not accept.
    pub async fn open(
        host: &KmsHost,
        address: SocketAddr,
        patience: Duration,
    ) -> Result<Self, NetError> {
        let fail = |cause| NetError { host: host.clone(), stage: Stage::Connect, cause };
        let stream = match timeout(patience, TcpStream::connect(address)).await {
            Err(_) => return Err(fail(Cause::TimedOut)),
            Ok(Err(error)) => return Err(fail(Cause::System(error.kind()))),
            Ok(Ok(stream)) => stream,
        };
        stream.set_nodelay(true).map_err(|error| fail(Cause::System(error.kind())))?;
        Ok(Self { host: host.clone(), stream, input: BytesMut::with_capacity(READ), patience })
    }

    /// Sends bytes, in one write.
    ///
    /// # Errors
    ///
    /// When the host does not take them.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        let cause = match timeout(self.patience, self.stream.write_all(bytes)).await {
            Err(_) => Cause::TimedOut,
            Ok(Err(error)) => Cause::System(error.kind()),
            Ok(Ok(())) => return Ok(()),
        };
        Err(self.failed(cause))
    }

    /// Sends no more, and goes on listening.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn end(&mut self) -> Result<(), NetError> {
        let ended = self.stream.shutdown().await;
        ended.map_err(|error| self.failed(Cause::System(error.kind())))
    }

    /// Waits for the next PDU, or the end.
    ///
    /// # Errors
    ///
    /// When neither comes in time, or the connection breaks.
    pub async fn next(&mut self) -> Result<Came, NetError> {
        // tokio's timer, not a clock anybody judges by.
        let until = Instant::now() + self.patience;
        loop {
            if !self.input.is_empty() {
                match frame::first(&self.input, usize::MAX) {
                    Ok(Some(length)) => return Ok(Came::Pdu(self.input.split_to(length).freeze())),
                    Ok(None) => {}
                    Err(_) => return Ok(Came::Noise(self.input.split().freeze())),
                }
            }
            match timeout_at(until, self.stream.read_buf(&mut self.input)).await {
                Err(_) => return Err(self.failed(Cause::TimedOut)),
                Ok(Err(error)) => return Err(self.failed(Cause::System(error.kind()))),
                Ok(Ok(0)) if self.input.is_empty() => return Ok(Came::End),
                Ok(Ok(0)) => return Ok(Came::Noise(self.input.split().freeze())),
                Ok(Ok(_)) => {}
            }
        }
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        // Best effort: what the host does now is its affair.
        let _ = self.stream.shutdown().await;
    }

    fn failed(&self, cause: Cause) -> NetError {
        NetError { host: self.host.clone(), stage: Stage::Call, cause }
    }
}
