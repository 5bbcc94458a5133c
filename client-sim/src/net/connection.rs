//! One connection: write, read, ask the session.

use std::net::SocketAddr;

use bytes::BytesMut;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use crate::kms_host::KmsHost;
use crate::net::error::{Cause, NetError, Stage};
use crate::net::options::Options;
use crate::session::Session;
use crate::session::agreement::Agreement;
use crate::session::event::{CallId, Event, NotNow};

/// Bytes read at once: more than a PDU.
const READ: usize = 8 * 1024;

/// What the host's operation returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The call.
    pub call_id: CallId,
    /// Zero, or the host's refusal.
    pub hresult: HResult,
    /// The sealed answer; empty beside a refusal.
    pub message: Vec<u8>,
}

/// A connection over which calls go, one after the other.
#[derive(Debug)]
pub struct Connection {
    host: KmsHost,
    options: Options,
    peer: SocketAddr,
    stream: TcpStream,
    session: Session,
    input: BytesMut,
    out: BytesMut,
    /// A write or read was given up, so nobody knows where in a PDU either side stands.
    broken: bool,
}

impl Connection {
    /// Connects to the first address of `host` that accepts, and binds.
    ///
    /// # Errors
    ///
    /// When no address accepts, the host does not take the bind, or `options.timeout` is over.
    pub async fn open(host: &KmsHost, options: &Options) -> Result<Self, NetError> {
        Self::open_by((host, &[]), options, deadline(options)).await
    }

    /// Calls the host, and waits for its reply for at most the time-out.
    ///
    /// # Errors
    ///
    /// When there is none, and why. After a fault or a stub that is not well-formed the next call
    /// may be made; after anything else the connection is of no more use.
    pub async fn call(&mut self, message: &[u8]) -> Result<Reply, NetError> {
        self.call_by(message, deadline(&self.options)).await
    }

    /// The address connected to.
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// What client and host agreed on.
    pub const fn agreement(&self) -> &Agreement {
        self.session.agreement()
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        // Best effort: the replies are here, and what the host does now is its affair.
        let _ = self.stream.shutdown().await;
    }

    /// `addresses` are the host's where they are known; else the system's resolver is asked.
    pub(super) async fn open_by(
        (host, addresses): (&KmsHost, &[SocketAddr]),
        options: &Options,
        deadline: Instant,
    ) -> Result<Self, NetError> {
        let stream = connect((host, addresses), options, deadline).await?;
        let fail = |kind| error(host, Stage::Connect, Cause::System(kind));
        stream.set_nodelay(true).map_err(|e| fail(e.kind()))?;
        let mut connection = Self {
            host: host.clone(),
            options: *options,
            peer: stream.peer_addr().map_err(|e| fail(e.kind()))?,
            stream,
            session: Session::new(options.session),
            input: BytesMut::with_capacity(READ),
            out: BytesMut::with_capacity(READ),
            broken: false,
        };
        connection.session.start(&mut connection.out);
        loop {
            match connection.event(Stage::Bind, deadline).await? {
                Event::Ready => return Ok(connection),
                // No call was made, so the session has nothing else to say.
                Event::Answer { .. } | Event::Failed { .. } => {}
                Event::Over(failure) => return Err(error(host, Stage::Bind, Cause::Rpc(failure))),
            }
        }
    }

    pub(super) async fn call_by(
        &mut self,
        message: &[u8],
        deadline: Instant,
    ) -> Result<Reply, NetError> {
        let made =
            if self.broken { Err(NotNow::Over) } else { self.session.call(message, &mut self.out) };
        let made = made.map_err(|why| error(&self.host, Stage::Call, Cause::NotNow(why)))?;
        loop {
            let failure = match self.event(Stage::Call, deadline).await? {
                Event::Answer { call_id, hresult, message } if call_id == made => {
                    return Ok(Reply { call_id, hresult, message });
                }
                Event::Failed { call_id, failure } if call_id == made => failure,
                // Calls go one after the other, so the session has no other to speak of.
                Event::Ready | Event::Answer { .. } | Event::Failed { .. } => continue,
                Event::Over(failure) => failure,
            };
            return Err(error(&self.host, Stage::Call, Cause::Rpc(failure)));
        }
    }

    /// Writes what is to be written, and reads until the session has something to say.
    async fn event(&mut self, stage: Stage, deadline: Instant) -> Result<Event, NetError> {
        // Set until the end, so that a future dropped on its way leaves it set.
        self.broken = true;
        let event = match timeout_at(deadline, self.exchange()).await {
            Ok(event) => event,
            Err(_) => Err(Cause::TimedOut),
        };
        let event = event.map_err(|cause| error(&self.host, stage, cause))?;
        self.broken = false;
        Ok(event)
    }

    async fn exchange(&mut self) -> Result<Event, Cause> {
        loop {
            let event = self.session.poll(&mut self.out);
            self.write().await?;
            if let Some(event) = event {
                return Ok(event);
            }
            self.input.clear();
            match self.stream.read_buf(&mut self.input).await {
                Err(error) => return Err(Cause::System(error.kind())),
                Ok(0) => return Err(Cause::Closed),
                Ok(_) => self.session.receive(&self.input),
            }
        }
    }

    /// Each PDU in one write.
    async fn write(&mut self) -> Result<(), Cause> {
        while !self.out.is_empty() {
            let length = frame::first(&self.out, usize::MAX).ok().flatten();
            let pdu = self.out.split_to(length.unwrap_or(self.out.len()));
            self.stream.write_all(&pdu).await.map_err(|error| Cause::System(error.kind()))?;
        }
        Ok(())
    }
}

/// Tries the addresses in their order; the last failure is the error.
async fn connect(
    (host, addresses): (&KmsHost, &[SocketAddr]),
    options: &Options,
    deadline: Instant,
) -> Result<TcpStream, NetError> {
    let addresses = match addresses {
        [] => resolve(host, deadline).await?,
        known => known.to_vec(),
    };
    let mut failed = error(host, Stage::Resolve, Cause::NoAddress);
    for address in addresses {
        let until = deadline.min(Instant::now() + options.connect);
        let cause = match timeout_at(until, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => Cause::System(error.kind()),
            Err(_) => Cause::TimedOut,
        };
        failed = error(host, Stage::Connect, cause);
    }
    Err(failed)
}

/// The addresses in the order the system's resolver gives.
async fn resolve(host: &KmsHost, deadline: Instant) -> Result<Vec<SocketAddr>, NetError> {
    let found = timeout_at(deadline, lookup_host((host.name(), host.port()))).await;
    found
        .map_err(|_| Cause::TimedOut)
        .and_then(|found| found.map_err(|error| Cause::System(error.kind())))
        .map(Iterator::collect)
        .map_err(|cause| error(host, Stage::Resolve, cause))
}

/// When what begins now must be over.
pub(super) fn deadline(options: &Options) -> Instant {
    Instant::now() + options.timeout
}

fn error(host: &KmsHost, stage: Stage, cause: Cause) -> NetError {
    NetError { host: host.clone(), stage, cause }
}
