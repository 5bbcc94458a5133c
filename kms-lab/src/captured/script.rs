//! What the client of a captured connection sent, and after which answers.

use std::collections::{BTreeMap, VecDeque};
use std::mem;

use bytes::Bytes;
use kms_proto::capture::follow::Event;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::What;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::{Flags, PacketType};

use crate::stop::Stop;

/// Bytes of all scripts together, with what keeping them costs.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What keeping a turn or a script costs besides its bytes, rounded up.
const COST: usize = 128;

/// One connection, to be played again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its number in the capture.
    pub stream: u64,
    /// What happens, in order.
    pub turns: Vec<Turn>,
    /// Why it goes no further, though the captured connection did.
    pub cut: Option<&'static str>,
    client_ended: bool,
    /// Something the client said may not be in the capture.
    lost: bool,
}

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The client sends these bytes.
    Say(Bytes),
    /// The host answered with this PDU: wait for one.
    Hear(Bytes),
    /// The host ended the connection: wait for that.
    HearEnd,
}

/// The scripts of a capture, as it is read.
#[derive(Debug, Default)]
pub struct Scripts {
    open: BTreeMap<u64, Script>,
    bytes: usize,
}

impl Scripts {
    /// Takes what happened.
    ///
    /// # Errors
    ///
    /// When the capture holds more than can be kept.
    pub fn event(&mut self, event: &Event) -> Result<(), Stop> {
        let mut cost = 0;
        let script = self.open.entry(event.stream).or_insert_with(|| {
            cost += COST;
            let lost = !event.from_start;
            Script { stream: event.stream, lost, ..Script::default() }
        });
        cost += script.event(event);
        self.bytes = self.bytes.saturating_add(cost);
        if self.bytes > MOST_BYTES {
            return Err(Stop::usage(
                format!("the capture holds more than {MOST_BYTES} bytes of KMS"),
                "a part of it (editcap -r, or tshark -Y … -w)",
            ));
        }
        Ok(())
    }

    /// The scripts that say anything, in the order their connections were found.
    pub fn finish(self) -> Vec<Script> {
        let says = |script: &Script| script.turns.iter().any(|turn| matches!(turn, Turn::Say(_)));
        self.open.into_values().map(Script::settled).filter(says).collect()
    }
}

impl Script {
    /// Takes what happened on it, and gives what keeping that costs.
    fn event(&mut self, event: &Event) -> usize {
        match (&event.what, event.side) {
            // What is missing may be told long after what followed it.
            (What::Missing(_), Side::Client) => {
                self.lost = true;
                self.cut.get_or_insert("bytes are missing from the capture");
            }
            (What::Missing(_), Side::Server) => {
                self.cut.get_or_insert("bytes are missing from the capture");
            }
            (What::GivenUp, _) => {
                self.cut.get_or_insert("it was followed no further, for want of room");
            }
            _ if self.cut.is_some() => {}
            (What::Framed(_), _) if self.turns.last() == Some(&Turn::HearEnd) => {
                self.cut = Some("something is said after the host's end");
            }
            (What::Framed(framed), side) => {
                // A copy, so that a few bytes keep no more than themselves.
                let bytes = Bytes::copy_from_slice(&framed.bytes);
                let cost = COST + bytes.len();
                match side {
                    Side::Client => self.turns.push(Turn::Say(bytes)),
                    Side::Server if framed.whole => self.turns.push(Turn::Hear(bytes)),
                    Side::Server => self.cut = Some("the host's next bytes are no whole PDU"),
                }
                return cost;
            }
            (What::End, Side::Client) => self.client_ended = true,
            (What::End | What::Reset, Side::Server) if !self.client_ended => {
                if self.turns.last() != Some(&Turn::HearEnd) {
                    self.turns.push(Turn::HearEnd);
                    return COST;
                }
            }
            (What::Found(_) | What::End | What::Reset | What::Over, _) => {}
        }
        0
    }

    /// The script once all is known: no answer is waited for before its request is sent, nor where
    /// its request is not in the capture.
    fn settled(mut self) -> Self {
        let mut open = Calls::default();
        for asked in self.turns.iter().filter_map(asks) {
            *open.unanswered.entry(asked).or_default() += 1;
        }
        let mut early = VecDeque::new();
        for turn in mem::take(&mut self.turns) {
            if let Turn::Say(_) = turn {
                if let Some(asked) = asks(&turn) {
                    *open.sent.entry(asked).or_default() += 1;
                }
                self.turns.push(turn);
                while let Some(first) = early.pop_front_if(|turn: &mut Turn| open.is_due(turn)) {
                    open.answered(&first);
                    self.turns.push(first);
                }
            } else if self.lost && open.is_unasked(&turn) {
                // What is left waits for requests that are not sent either.
                self.cut.get_or_insert("the request of an answer is not in the capture");
                return self;
            } else if early.is_empty() && open.is_due(&turn) {
                open.answered(&turn);
                self.turns.push(turn);
            } else {
                early.push_back(turn);
            }
        }
        self.turns.extend(early);
        self
    }
}

/// What an answer belongs to: whether to a bind, and the call's number.
type Asked = (bool, u32);

/// The calls of a script that is gone through.
#[derive(Debug, Default)]
struct Calls {
    /// Those in the capture that are not answered yet.
    unanswered: BTreeMap<Asked, usize>,
    /// Those of them that were sent.
    sent: BTreeMap<Asked, usize>,
}

impl Calls {
    /// Whether what the host did can have come by now: what nobody asked for comes when it comes.
    fn is_due(&self, turn: &Turn) -> bool {
        let sent = |asked| self.sent.get(&asked).is_some_and(|count| *count > 0);
        answers(turn).is_none_or(|(asked, _)| sent(asked) || self.is_unasked(turn))
    }

    /// Whether it answers what nobody asks in all of the script.
    fn is_unasked(&self, turn: &Turn) -> bool {
        let asked = |asked| self.unanswered.get(&asked).is_some_and(|count| *count > 0);
        answers(turn).is_some_and(|(call, _)| !asked(call))
    }

    /// It came.
    fn answered(&mut self, turn: &Turn) {
        let Some((asked, true)) = answers(turn) else { return };
        for counts in [&mut self.unanswered, &mut self.sent] {
            counts.entry(asked).and_modify(|count| *count = count.saturating_sub(1));
        }
    }
}

/// What a PDU of the client's asks, once all of it is said.
fn asks(turn: &Turn) -> Option<Asked> {
    let Turn::Say(bytes) = turn else { return None };
    let header = frame::header(bytes).filter(|header| header.flags.has(Flags::LAST))?;
    match header.packet_type {
        PacketType::BIND | PacketType::ALTER_CONTEXT => Some((true, header.call_id)),
        PacketType::REQUEST => Some((false, header.call_id)),
        _ => None,
    }
}

/// What a PDU of the host's answers, and whether it is the last of it.
fn answers(turn: &Turn) -> Option<(Asked, bool)> {
    let Turn::Hear(bytes) = turn else { return None };
    let header = frame::header(bytes)?;
    let bind = match header.packet_type {
        PacketType::BIND_ACK | PacketType::BIND_NAK | PacketType::ALTER_CONTEXT_RESP => true,
        PacketType::RESPONSE | PacketType::FAULT => false,
        _ => return None,
    };
    Some(((bind, header.call_id), header.flags.has(Flags::LAST)))
}
