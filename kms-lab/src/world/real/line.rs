//! A machine's connection on a socket: carries bytes, and knows nothing of them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use kms_proto::time::duration::Nanos;
use kms_sim::net::shared::Shared;
use kms_sim::net::starving::is_for_want_of_descriptors;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::world::wire::Freight;

/// Bytes read at once: more than a PDU.
const READ: usize = 8 * 1024;

/// Port 9 is discard's, where nobody listens on loopback: a connection is refused.
const NOWHERE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9));

/// Between two tries at a door that is about to open.
const AGAIN: Duration = Duration::from_micros(200);

/// Where a host listens, while it does.
pub(super) struct Entrance {
    pub(super) address: SocketAddr,
    pub(super) shared: Arc<Shared>,
}

impl Entrance {
    /// The moment, since the start, if nobody listens there now.
    pub(super) fn is_shut(&self) -> Option<Nanos> {
        let meddling = self.shared.meddling()?;
        let now = meddling.elapsed();
        meddling.faults().door(now).shut.then_some(now)
    }
}

/// What is heard of a connection.
#[derive(Debug)]
pub(super) enum Word {
    /// It was taken.
    Taken,
    /// It came to nothing; when it found the door shut, since the start, if that is why.
    Nothing(io::ErrorKind, Option<Nanos>),
    /// This computer has no descriptor left for it.
    TooFew,
    /// Something arrived.
    Arrived(Freight),
    /// The socket is closed.
    Over,
}

/// A connection, and who is told of it.
pub(super) struct Line {
    /// Its number in the world.
    pub(super) wire: u64,
    /// What the machine sends.
    pub(super) orders: UnboundedReceiver<Freight>,
    /// Where what is heard goes.
    pub(super) words: UnboundedSender<(u64, Word)>,
}

impl Line {
    /// Connects where nobody or a host is and carries both ways until an end. `bound` is told of
    /// each local port before anybody can see a connection from it.
    pub(super) async fn live(mut self, entrance: Option<Entrance>, bound: impl Fn(u16)) {
        match self.connect(entrance.as_ref(), bound).await {
            Ok(stream) => {
                self.say(Word::Taken);
                self.carry(stream).await;
            }
            Err((error, _)) if is_for_want_of_descriptors(&error) => self.say(Word::TooFew),
            Err((error, shut)) => self.say(Word::Nothing(error.kind(), shut)),
        }
        self.say(Word::Over);
    }

    /// Connects; if nothing comes of it, why, and when the door was found shut.
    ///
    /// Whether a door is shut is the faults' to say: its listening socket follows a moment late.
    async fn connect(
        &mut self,
        entrance: Option<&Entrance>,
        bound: impl Fn(u16),
    ) -> Result<TcpStream, (io::Error, Option<Nanos>)> {
        loop {
            let shut = entrance.and_then(Entrance::is_shut);
            let open = entrance.filter(|_| shut.is_none());
            match connect(open.map_or(NOWHERE, |open| open.address), &bound).await {
                Err(error)
                    if open.is_some() && error.kind() == io::ErrorKind::ConnectionRefused =>
                {
                    // It opens again: until it has, the machine is as patient as it is.
                    if !matches!(self.orders.try_recv(), Err(TryRecvError::Empty)) {
                        return Err((error, None));
                    }
                    tokio::time::sleep(AGAIN).await;
                }
                came => return came.map_err(|error| (error, shut)),
            }
        }
    }

    async fn carry(&mut self, mut stream: TcpStream) {
        let (mut out, mut input) = (BytesMut::new(), BytesMut::with_capacity(READ));
        let (mut hears, mut ends) = (true, false);
        let (mut from, mut to) = stream.split();
        while hears || !out.is_empty() || !ends {
            input.reserve(READ);
            tokio::select! {
                order = self.orders.recv(), if !ends => match order {
                    Some(Freight::Bytes(bytes)) => out.extend_from_slice(&bytes),
                    Some(Freight::End) | None => ends = true,
                    Some(Freight::Reset) => return,
                },
                read = from.read_buf(&mut input), if hears => {
                    let freight = match read {
                        Ok(0) => Freight::End,
                        Ok(_) => Freight::Bytes(input.split().freeze()),
                        Err(_) => Freight::Reset,
                    };
                    hears = matches!(freight, Freight::Bytes(_));
                    self.say(Word::Arrived(freight));
                }
                written = to.write_buf(&mut out), if !out.is_empty() => {
                    // What broke is told by the reading half.
                    if written.is_err() {
                        out.clear();
                    }
                }
            }
            if ends && out.is_empty() {
                // Best effort: the machine is done, and what the host does now is its affair.
                let _ = to.shutdown().await;
                return;
            }
        }
    }

    fn say(&self, word: Word) {
        // Without a receiver the run is over.
        let _ = self.words.send((self.wire, word));
    }
}

async fn connect(address: SocketAddr, bound: impl Fn(u16)) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    bound(socket.local_addr()?.port());
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
