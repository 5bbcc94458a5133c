//! A machine's connection on a socket: carries bytes, and knows nothing of them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::world::wire::Freight;

/// Bytes read at once: more than a PDU.
const READ: usize = 8 * 1024;

/// What is heard of a connection.
#[derive(Debug)]
pub(super) enum Word {
    /// It was taken.
    Taken,
    /// It came to nothing.
    Nothing(io::ErrorKind),
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
    /// Connects to `address` and carries both ways until an end. `bound` is told of the local port
    /// before anybody can see a connection from it.
    pub(super) async fn live(mut self, address: SocketAddr, bound: impl FnOnce(u16)) {
        match connect(address, bound).await {
            Ok(stream) => {
                self.say(Word::Taken);
                self.carry(stream).await;
            }
            Err(error) => self.say(Word::Nothing(error.kind())),
        }
        self.say(Word::Over);
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

async fn connect(address: SocketAddr, bound: impl FnOnce(u16)) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    bound(socket.local_addr()?.port());
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
