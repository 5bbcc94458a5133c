//! What the client of a captured connection sent, and after which answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use kms_proto::capture::follow::Event;
use kms_proto::capture::passed::Side;
use kms_proto::capture::stream::What;

use crate::stop::Stop;

/// Bytes of all scripts together.
const MOST_BYTES: usize = 64 * 1024 * 1024;

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
        let script = self
            .open
            .entry(event.stream)
            .or_insert_with(|| Script { stream: event.stream, ..Script::default() });
        if script.cut.is_some() || script.turns.last() == Some(&Turn::HearEnd) {
            return Ok(());
        }
        match (&event.what, event.side) {
            (What::Framed(framed), side) => {
                self.bytes = self.bytes.saturating_add(framed.bytes.len());
                if self.bytes > MOST_BYTES {
                    return Err(Stop::usage(
                        format!("the capture holds more than {MOST_BYTES} bytes of KMS"),
                        "a part of it (editcap -r, or tshark -Y … -w)",
                    ));
                }
                let bytes = framed.bytes.clone();
                match side {
                    Side::Client => script.turns.push(Turn::Say(bytes)),
                    Side::Server if framed.whole => script.turns.push(Turn::Hear(bytes)),
                    Side::Server => script.cut = Some("the host's next bytes are no whole PDU"),
                }
            }
            (What::Missing(_), _) => script.cut = Some("bytes are missing from the capture"),
            (What::End, Side::Client) => script.client_ended = true,
            (What::End | What::Reset, Side::Server) if !script.client_ended => {
                script.turns.push(Turn::HearEnd);
            }
            (What::Found(_) | What::End | What::Reset, _) => {}
        }
        Ok(())
    }

    /// The scripts that say anything, in the order their connections were found.
    pub fn finish(self) -> Vec<Script> {
        let says = |script: &Script| script.turns.iter().any(|turn| matches!(turn, Turn::Say(_)));
        self.open.into_values().filter(says).collect()
    }
}
