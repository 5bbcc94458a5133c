//! One connection of a host that has faults: what its driver asks, and what it carries out.

use core::cell::RefCell;

use bytes::{Bytes, BytesMut};
use kms_proto::rpc::frame;
use kms_proto::rpc::header::MAJOR;

use kms_proto::time::duration::Nanos;

use crate::exchange::Exchange;
use crate::fault::about::Direction;
use crate::fault::answer;
use crate::fault::clock::HostClock;
use crate::fault::delivery::{Delivery, What};
use crate::fault::door::{Admission, Way};
use crate::fault::faults::Faults;
use crate::fault::known::{Caller, Known};
use crate::fault::notes::Notes;
use crate::fault::service::Meddled;
use crate::fault::stage::Stage;
use crate::host::Host;
use crate::session::Session;
use crate::session::step::{Answer, Remark, Step};
use crate::session::trouble::Trouble;

/// A connection, and what is known of who is at its other end.
#[derive(Debug)]
pub struct Line {
    known: Known,
    /// Which life of the host's process it belongs to.
    life: u64,
    /// The host has ended its side.
    ended: bool,
    /// What a client sent of a PDU that is not whole.
    input: BytesMut,
    /// PDUs that came, which name the draws made for them.
    incoming: u64,
    out: BytesMut,
}

/// One turn of a connection.
#[derive(Debug)]
pub struct Turn {
    /// What it did.
    pub did: Did,
    /// The faults that bent it, and those that nearly did.
    pub notes: Notes,
    /// What else there is to remark of it.
    pub remark: Option<Remark>,
}

/// What a turn did.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once a turn, and taken apart at once")]
pub enum Did {
    /// Nothing: more bytes are needed, or the connection is finished.
    Nothing,
    /// A PDU was taken that called nothing.
    Sent,
    /// A call was judged.
    Called(Exchange),
    /// A call came and nobody judged it.
    Withheld,
    /// The session ends the connection.
    Closed(Trouble),
    /// The host's process died since the connection was made.
    Died,
}

impl Line {
    /// A client connects as number `connection` of the host: how it is met, and its line.
    ///
    /// `now` is true time since the start, here and everywhere.
    pub fn open(
        faults: &mut Faults,
        caller: Caller,
        connection: u64,
        now: Nanos,
    ) -> (Admission, Self) {
        let known = Known::new(caller, connection);
        let shut = faults.shut_by(now).map(str::to_owned);
        let mut admission = faults.meet(&known.about(), now);
        faults.plan.tally(&admission.notes, now);
        // Who shut the door is named, and was counted when it did.
        if let Some(id) = shut {
            admission.notes.bent(&id);
        }
        let line = Self {
            known,
            life: faults.lives(),
            ended: admission.way != Way::Serve,
            input: BytesMut::new(),
            incoming: 0,
            out: BytesMut::new(),
        };
        (admission, line)
    }

    /// Takes bytes from the client and appends to `queue` what the host's session is to get of
    /// them: a [`What::Send`] goes to [`Session::receive`].
    pub fn receive(
        &mut self,
        bytes: &[u8],
        faults: &mut Faults,
        now: Nanos,
        queue: &mut Delivery,
    ) -> Notes {
        let mut notes = Notes::default();
        if !faults.plan.bends_incoming() {
            queue.append(Delivery::of([Bytes::copy_from_slice(bytes)]));
            return notes;
        }
        self.input.extend_from_slice(bytes);
        self.known.direction = Direction::ToHost;
        while let Some(length) = whole(&self.input) {
            let pdu = self.input.split_to(length).freeze();
            let mut delivery = Delivery::of([pdu]);
            // Draws for what comes are told from those for what goes.
            let turn = core::mem::replace(&mut self.known.turn, u64::MAX - self.incoming);
            self.incoming = self.incoming.saturating_add(1);
            let about = self.known.about();
            let applied = faults.plan.consult(Stage::TcpData, &about, now, &mut notes);
            answer::bytes_bent(&applied, &self.known, faults, &mut delivery, &mut notes);
            self.known.turn = turn;
            queue.append(delivery);
        }
        self.known.direction = Direction::ToClient;
        faults.plan.tally(&notes, now);
        notes
    }

    /// Works off one PDU at most, and appends what becomes of its answer to `queue`.
    ///
    /// `clock` is the host's clock, read and turned only where a call is judged. Call again until it did nothing, with the same
    /// `now` for the same queue.
    pub fn step(
        &mut self,
        session: &mut Session,
        (host, faults): (&mut Host, &mut Faults),
        (clock, now): (impl HostClock, Nanos),
        queue: &mut Delivery,
    ) -> Turn {
        let mut notes = Notes::default();
        if self.life != faults.lives() {
            self.life = faults.lives();
            self.ended = true;
            queue.end(What::Reset);
            return Turn { did: Did::Died, notes, remark: None };
        }
        if queue.is_over() {
            return Turn { did: Did::Nothing, notes, remark: None };
        }
        self.out.clear();
        self.known.result = None;
        self.known.exchange = 0;
        let step = {
            let (known, notes) = (&mut self.known, &mut notes);
            let clock = RefCell::new(clock);
            let reads = || clock.borrow_mut().read();
            let mut service = Meddled { host, faults, known, notes, clock: &clock, now };
            session.step(&mut service, reads, &mut self.out)
        };
        let remark = step.remark();
        let out = self.out.split().freeze();
        let mut end = None;
        let mut late = faults.pause(now);
        let (mut did, mut delivery) = match step {
            Step::Idle => return Turn { did: Did::Nothing, notes, remark: None },
            Step::Sent(Answer::Bound { .. }) => {
                (Did::Sent, answer::bound(&self.known, out, faults, now, &mut notes, &mut end))
            }
            Step::Sent(_) => (Did::Sent, Delivery::of([out])),
            Step::Called { outcome, .. } => {
                late = outcome.late;
                let did = outcome.exchange.map_or(Did::Withheld, Did::Called);
                (did, answer::called(&self.known, &outcome, out, faults, now, &mut notes, &mut end))
            }
            Step::Close(trouble) => {
                end = Some(What::Close);
                (Did::Closed(trouble), Delivery::of([out]))
            }
        };
        if !delivery.is_empty() {
            let applied = faults.plan.consult(Stage::TcpData, &self.known.about(), now, &mut notes);
            answer::bytes_bent(&applied, &self.known, faults, &mut delivery, &mut notes);
        }
        if let Did::Called(exchange) = &mut did {
            exchange.bytes.answered = delivery.size();
        }
        if let Some(end) = end {
            delivery.end(end);
        }
        delivery.delay(late);
        if !self.ended {
            self.ended = delivery.parts().iter().any(|part| part.what == What::HalfClose);
            queue.append(delivery);
        }
        // It was reset already if the process died in this very turn.
        self.life = faults.lives();
        self.known.turn = self.known.turn.saturating_add(1);
        faults.plan.tally(&notes, now);
        if matches!(did, Did::Called(_)) {
            faults.plan.journaled("exchange", now);
        }
        Turn { did, notes, remark }
    }
}

/// The length of the PDU at the front, once it is whole; of everything, where it is no PDU.
fn whole(input: &BytesMut) -> Option<usize> {
    let first = *input.first()?;
    if first != MAJOR {
        return Some(input.len());
    }
    match frame::first(input, usize::MAX) {
        Ok(length) => length,
        Err(_) => Some(input.len()),
    }
}
