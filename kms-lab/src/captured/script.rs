//! What the client of a captured connection sent, and after which answers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;

use bytes::Bytes;
use kms_proto::capture::follow::Event;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::What;
use kms_proto::rpc::frame;
use kms_proto::rpc::header::PacketType;

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
        let says = |turn: &Turn| match turn {
            Turn::Say(bytes) => frame::header(bytes).map(|header| header.call_id),
            Turn::Hear(_) | Turn::HearEnd => None,
        };
        let all: BTreeSet<u32> = self.turns.iter().filter_map(says).collect();
        let (mut said, mut early) = (BTreeSet::new(), VecDeque::new());
        for turn in mem::take(&mut self.turns) {
            if let Turn::Say(_) = turn {
                said.extend(says(&turn));
                self.turns.push(turn);
                while let Some(first) =
                    early.pop_front_if(|turn: &mut Turn| is_due(turn, &said, &all))
                {
                    self.turns.push(first);
                }
            } else if self.lost && answers(&turn).is_some_and(|call| !all.contains(&call)) {
                self.cut = Some("the request of an answer is not in the capture");
                break;
            } else if early.is_empty() && is_due(&turn, &said, &all) {
                self.turns.push(turn);
            } else {
                early.push_back(turn);
            }
        }
        self.turns.extend(early);
        self
    }
}

/// Whether what the host did can have come by now: what nobody asked for comes when it comes.
fn is_due(turn: &Turn, said: &BTreeSet<u32>, all: &BTreeSet<u32>) -> bool {
    answers(turn).is_none_or(|call| said.contains(&call) || !all.contains(&call))
}

/// The call that a PDU of the host's answers.
fn answers(turn: &Turn) -> Option<u32> {
    let Turn::Hear(bytes) = turn else { return None };
    let header = frame::header(bytes)?;
    let is_answer = matches!(
        header.packet_type,
        PacketType::RESPONSE
            | PacketType::FAULT
            | PacketType::BIND_ACK
            | PacketType::BIND_NAK
            | PacketType::ALTER_CONTEXT_RESP
    );
    is_answer.then_some(header.call_id)
}
