//! One connection of a host that has faults: read, ask, carry out.

use bytes::BytesMut;
use kms_proto::time::FileTime;
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout_at};

use crate::exchange::Exchange;
use crate::fault::clock::HostClock;
use crate::fault::delivery::{Delivery, What};
use crate::fault::door::Way;
use crate::fault::known::Caller;
use crate::fault::line::{Did, Line, Turn};
use crate::fault::notes::Notes;
use crate::net::carry::Link;
use crate::net::connection::{READ, deadline, give_way};
use crate::net::meddling::Meddling;
use crate::net::observer::Ended;
use crate::net::shared::{Shared, stopped};
use crate::net::tap::Wire;
use crate::session::Session;

/// What all of a connection's turns need.
struct Bent<'a> {
    shared: &'a Shared,
    meddling: &'a Meddling,
    session: Session,
    line: Line,
    connection: u64,
}

/// Serves one connection as the plan has it, until either side ends it; says why it ended.
pub(crate) async fn serve(
    shared: &Shared,
    stream: TcpStream,
    session: Session,
    (connection, wire, caller): (u64, Wire, Caller),
    stop: watch::Receiver<bool>,
) -> Ended {
    let Some(meddling) = shared.meddling() else { return Ended::Stopped };
    let now = meddling.elapsed();
    let (admission, line) = Line::open(&mut meddling.faults(), caller, connection, now);
    tell(shared, connection, &admission.notes);
    let input = BytesMut::with_capacity(READ);
    let idle = shared.idle();
    let mut socket = Link { stream, input, wire, stop, idle, half_closed: false };
    if let Err(why) = socket.wait(admission.after).await {
        if admission.way == Way::Serve {
            meddling.faults().closed(connection, meddling.elapsed());
        }
        return why;
    }
    match admission.way {
        Way::Serve => {}
        Way::Ignore => return socket.ignore().await,
        Way::Close => return socket.close().await,
        Way::Reset => {
            // The door may be shut behind it.
            meddling.notify();
            return socket.reset();
        }
    }
    let mut bent = Bent { shared, meddling, session, line, connection };
    let why = bent.serve(&mut socket).await.unwrap_or_else(|why| why);
    meddling.faults().closed(connection, meddling.elapsed());
    why
}

impl Bent<'_> {
    async fn serve(&mut self, socket: &mut Link) -> Result<Ended, Ended> {
        let mut until = deadline(self.shared);
        let mut changed = self.meddling.subscribe();
        loop {
            while socket.input.is_empty() {
                tokio::select! {
                    biased;
                    () = stopped(&mut socket.stop) => return Ok(Ended::Stopped),
                    Ok(()) = changed.changed() => {
                        // The process may have died: the connection hears of it at once.
                        let (_, delivery, _) = self.turns();
                        socket.carry(delivery).await?;
                    }
                    read = timeout_at(until, socket.stream.read_buf(&mut socket.input)) => match read {
                        Err(_) => return Ok(Ended::Idle),
                        Ok(Err(error)) => return Ok(Ended::Broken(error.kind())),
                        Ok(Ok(0)) => return Ok(Ended::Peer),
                        Ok(Ok(_)) => {}
                    },
                }
            }
            self.rest(socket).await?;
            give_way(socket.input.len()).await;
            for part in self.receive(&socket.input.split()).take() {
                socket.wait(part.after).await?;
                self.rest(socket).await?;
                match part.what {
                    What::Send(bytes) => {
                        socket.wire.came(&bytes);
                        self.session.receive(&bytes);
                        if let Some(keeper) = self.meddling.keeper() {
                            keeper.before(&mut self.shared.host());
                        }
                        let (progress, delivery, why) = self.turns();
                        let carried = socket.carry(delivery).await;
                        if let Some(why) = why {
                            return Ok(why);
                        }
                        carried?;
                        if progress {
                            until = deadline(self.shared);
                        }
                    }
                    What::HalfClose => return Ok(Ended::Peer),
                    What::Close => return Ok(socket.close().await),
                    What::Reset => return Ok(socket.reset()),
                    What::Stall => return Ok(socket.ignore().await),
                }
            }
        }
    }

    /// Waits until the host does anything at all; it does not even notice that its peer leaves.
    async fn rest(&self, socket: &mut Link) -> Result<(), Ended> {
        let Some(keeper) = self.meddling.keeper() else { return Ok(()) };
        loop {
            let rests = keeper.rests();
            if rests.is_zero() {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = stopped(&mut socket.stop) => return Err(Ended::Stopped),
                () = sleep(rests) => {}
            }
        }
    }

    /// What the session is to get of what came.
    fn receive(&mut self, bytes: &[u8]) -> Delivery {
        let mut incoming = Delivery::default();
        let now = self.meddling.elapsed();
        let notes = self.line.receive(bytes, &mut self.meddling.faults(), now, &mut incoming);
        tell(self.shared, self.connection, &notes);
        incoming
    }

    /// Serves every whole PDU received so far; says whether there was one, what is to be sent, and
    /// why the session ends the connection.
    fn turns(&mut self) -> (bool, Delivery, Option<Ended>) {
        let (mut progress, mut why) = (false, None);
        let mut delivery = Delivery::default();
        let now = self.meddling.elapsed();
        let mut host = self.shared.host();
        let mut faults = self.meddling.faults();
        let lives = faults.lives();
        loop {
            let both = (&mut *host, &mut *faults);
            let clock = Clock { shared: self.shared, meddling: self.meddling };
            let time = (clock, now);
            let Turn { did, notes, remark } =
                self.line.step(&mut self.session, both, time, &mut delivery);
            if let Some(remark) = remark {
                self.shared.observer().remarked(self.connection, remark);
            }
            match did {
                Did::Nothing => break,
                Did::Called(exchange) => {
                    // Draws may go by another number than the ordinal.
                    let exchange = Exchange { connection: self.connection, ..exchange };
                    self.shared.observer().called(self.connection, &exchange, &notes);
                }
                Did::Sent | Did::Withheld | Did::Died => {
                    tell(self.shared, self.connection, &notes);
                }
                Did::Closed(trouble) => {
                    tell(self.shared, self.connection, &notes);
                    why = Some(Ended::Session(trouble));
                }
            }
            progress = true;
            if delivery.is_over() {
                break;
            }
        }
        if faults.lives() != lives {
            self.meddling.notify();
        }
        (progress, delivery, why)
    }
}

/// The host's clock, as whoever owns it lets it be read and turned.
struct Clock<'a> {
    shared: &'a Shared,
    meddling: &'a Meddling,
}

impl HostClock for Clock<'_> {
    fn read(&mut self) -> FileTime {
        self.shared.now()
    }

    fn turn(&mut self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        self.meddling.turn(id, operation)
    }
}

/// Tells of faults that bent something that is no judged call.
fn tell(shared: &Shared, connection: u64, notes: &Notes) {
    if !notes.is_empty() {
        shared.observer().bent(connection, notes);
    }
}
