//! The client's session, fed by any host: whatever comes, in whatever slices, it makes the same of
//! it; every call ends at most once, an honest answer is taken, and nothing goes on after the end.

#[path = "client_session/host.rs"]
mod host;

use bytes::BytesMut;
use client_sim::session::Session;
use client_sim::session::config::{Offer, SessionConfig};
use client_sim::session::event::{CallId, Event, NotNow};
use kms_proto::guid::Uuid;
use kms_proto::rpc::reassembly::Limits;
use kms_proto::wire::Order;

use self::host::{Host, Sent};
use super::input::Input;
use super::slices::cut;

/// Items of a script that are played.
const ITEMS: usize = 48;

/// The first two bytes choose the session's configuration, the third how the bytes are cut; the
/// rest is a script of calls, and of what the host sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (config, seed) = (config(input.u8(), input.u8()), input.u8());
    let whole = Play::of(config, input, 0);
    assert_eq!(Play::of(config, input, seed.max(1)), whole, "slices make a difference");
}

fn config(choices: u8, sizes: u8) -> SessionConfig {
    SessionConfig {
        offer: match choices & 3 {
            0 => Offer::Ndr32,
            1 => Offer::Ndr64,
            _ => Offer::Both,
        },
        btfn: choices & 4 == 0,
        order: if choices & 8 == 0 { Order::Little } else { Order::Big },
        max_xmit_frag: if choices & 16 == 0 { 5840 } else { u16::from(sizes) << 5 },
        max_recv_frag: if choices & 32 == 0 { 5840 } else { u16::from(sizes) << 5 },
        request_frag: (choices & 64 != 0).then(|| u16::from(sizes)),
        object: (choices & 128 != 0).then(|| Uuid::from_u128(sizes.into())),
        limits: if sizes & 1 == 0 {
            Limits::default()
        } else {
            Limits { call_bytes: 200, call_fragments: 5, calls: 3, total_bytes: 300 }
        },
    }
}

/// What a script came to.
#[derive(Debug, Default, PartialEq)]
struct Play {
    events: Vec<Event>,
    refused: Vec<NotNow>,
    sent: BytesMut,
    open: Vec<u32>,
    ready: bool,
    over: bool,
    received: usize,
    // Whether nothing was bent so far: an honest host meets an honest client.
    clean: bool,
}

impl Play {
    fn of(config: SessionConfig, mut input: Input<'_>, seed: u8) -> Self {
        let mut play = Self { clean: true, ..Self::default() };
        let mut session = Session::new(config);
        let mut host = Host::new();
        let mut out = BytesMut::new();
        session.start(&mut out);
        play.goes(&mut out, &mut host);
        session.start(&mut out);
        assert!(out.is_empty(), "a session starts twice");
        for _ in 0..ITEMS {
            if input.is_spent() {
                break;
            }
            let kind = input.u8();
            if kind & 3 == 1 {
                play.call(&mut session, &config, &mut input, &mut out);
                play.goes(&mut out, &mut host);
                continue;
            }
            let Sent { mut bytes, expected } = host.sends(kind, &mut input);
            if kind & 0x80 != 0 {
                let (at, turn) = (usize::from(input.u8()), input.u8());
                let length = bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= turn;
                }
            }
            play.clean &= kind & 0x83 == 0;
            let before = play.events.len();
            for slice in cut(&bytes, seed) {
                session.receive(slice);
                play.received += slice.len();
                play.polls(&mut session, &mut out);
            }
            let small = config.limits != Limits::default();
            if let Some(expected) = expected.filter(|_| play.clean && !small && !play.over) {
                assert_eq!(play.events.get(before..), Some(&[expected][..]), "an honest answer");
            }
            play.goes(&mut out, &mut host);
        }
        play.ends(&mut session);
        play
    }

    /// Asks for events until there are none.
    fn polls(&mut self, session: &mut Session, out: &mut BytesMut) {
        while let Some(event) = session.poll(out) {
            assert!(!self.over, "{event:?} after the end");
            match &event {
                Event::Ready => {
                    assert!(!self.ready, "ready twice");
                    self.ready = true;
                    let agreement = session.agreement();
                    assert!(agreement.ndr32.or(agreement.ndr64).is_some());
                }
                Event::Answer { call_id, .. } => self.ended(*call_id),
                Event::Failed { call_id, failure } => {
                    self.ended(*call_id);
                    assert!(failure.check().is_some() && !failure.to_string().is_empty());
                }
                Event::Over(failure) => {
                    assert!(!failure.to_string().is_empty());
                    self.over = true;
                    self.open.clear();
                }
            }
            self.events.push(event);
            assert_eq!((session.is_over(), session.waiting()), (self.over, self.open.len()));
            // Every event takes a PDU, of 16 bytes at least, or is the last.
            assert!(self.events.len() <= self.received / 16 + 1, "events without end");
        }
    }

    /// A call ends that was open.
    fn ended(&mut self, CallId(call_id): CallId) {
        let at = self.open.iter().position(|open| *open == call_id);
        assert!(at.is_some(), "call {call_id} ends, and is not open");
        self.open.retain(|open| *open != call_id);
    }

    fn call(
        &mut self,
        session: &mut Session,
        config: &SessionConfig,
        input: &mut Input<'_>,
        out: &mut BytesMut,
    ) {
        let length = usize::from(input.u8());
        let message = input.take(length);
        match session.call(message, out) {
            Ok(CallId(call_id)) => {
                assert!(self.ready && !self.over && !self.open.contains(&call_id));
                self.open.push(call_id);
                let most = session.agreement().max_request_frag;
                host::carries(out, call_id, message, most);
            }
            Err(not_now) => {
                assert!(out.is_empty(), "a call that is not made is sent");
                let right = match not_now {
                    NotNow::NotReady => !self.ready,
                    NotNow::Over => self.over,
                    NotNow::TooManyCalls => self.open.len() == config.limits.calls,
                    NotNow::TooLong(most) => message.len() > most,
                };
                assert!(right, "{not_now}");
                self.refused.push(not_now);
            }
        }
        assert_eq!(session.waiting(), self.open.len());
    }

    /// What the client wrote leaves, and is whole.
    fn goes(&mut self, out: &mut BytesMut, host: &mut Host) {
        host.hears(out);
        self.sent.extend_from_slice(out);
        out.clear();
    }

    /// After the end nothing happens.
    fn ends(&mut self, session: &mut Session) {
        let mut out = BytesMut::new();
        if self.over {
            session.receive(&[5; 64]);
            assert_eq!(session.poll(&mut out), None);
            assert_eq!(session.call(&[1], &mut out), Err(NotNow::Over));
            assert!(out.is_empty());
        }
        assert_eq!((session.is_over(), session.waiting()), (self.over, self.open.len()));
    }
}
