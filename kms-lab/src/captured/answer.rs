//! What came when a capture was played again.

use std::fmt;

use client_sim::net::bare::Came;
use client_sim::net::error::NetError;
use serde::Serialize;

use crate::captured::compare::{Compared, Comparer};

/// One answer, or its absence.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The captured connection.
    pub stream: u64,
    /// Which of the host's PDUs, from 1.
    #[serde(rename = "answer")]
    pub number: u64,
    /// What the capture has, and what came.
    #[serde(flatten)]
    pub compared: Compared,
    /// Why nothing came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The sum of a replay.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Sum {
    /// Connections made.
    pub streams: u64,
    /// PDUs sent.
    pub sent: u64,
    /// Answers that came.
    pub answers: u64,
    /// Those equal to what was captured.
    pub equal: u64,
    /// Those that differ and end alike: the same PDU with the same codes.
    pub same_outcome: u64,
    /// Those that end otherwise, and those that did not come.
    pub other_outcome: u64,
    /// Answers that came on connections of which none was captured: compared with nothing.
    pub uncompared: u64,
    /// Connections that were not played to their end, because the capture has not all of them.
    pub cut: u64,
}

/// Why a connection was not played to its end.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Cut {
    /// The captured connection.
    pub stream: u64,
    /// Why.
    pub cut: &'static str,
}

/// How the end of a connection is told.
const END: &str = "the end of the connection";

impl Answer {
    /// What came where the capture has this PDU, or the end of the connection.
    pub fn heard(
        (stream, number): (u64, u64),
        judge: &mut Comparer,
        captured: Option<&[u8]>,
        came: &Came,
    ) -> Self {
        let end = || END.to_owned();
        let compared = match (captured, came) {
            (Some(captured), Came::Pdu(bytes) | Came::Noise(bytes)) => {
                judge.compare(captured, bytes)
            }
            (Some(captured), Came::End) => {
                Compared { came: end(), same_outcome: false, ..judge.compare(captured, captured) }
            }
            (None, Came::End) => {
                Compared { captured: end(), came: end(), differs: Vec::new(), same_outcome: true }
            }
            (None, Came::Pdu(bytes) | Came::Noise(bytes)) => {
                Compared { captured: end(), same_outcome: false, ..judge.compare(bytes, bytes) }
            }
        };
        Self { stream, number, compared, error: None }
    }

    /// Nothing came where the capture has something, and why.
    pub fn lost(stream: u64, number: u64, captured: &str, error: &NetError) -> Self {
        let compared = Compared {
            captured: captured.to_owned(),
            came: "nothing".to_owned(),
            differs: Vec::new(),
            same_outcome: false,
        };
        Self { stream, number, compared, error: Some(error.to_string()) }
    }

    /// Whether nothing can follow.
    pub fn is_end(&self) -> bool {
        self.error.is_some() || self.compared.came == END
    }
}

impl Sum {
    /// Whether anything was compared.
    pub const fn is_proof(&self) -> bool {
        self.equal + self.same_outcome + self.other_outcome > 0
    }

    /// Counts an answer.
    pub fn count(&mut self, answer: &Answer) {
        self.answers += u64::from(answer.error.is_none());
        match (answer.compared.same_outcome, answer.compared.differs.is_empty()) {
            (true, true) => self.equal += 1,
            (true, false) => self.same_outcome += 1,
            (false, _) => self.other_outcome += 1,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compared { captured, came, differs, same_outcome } = &self.compared;
        match (&self.error, same_outcome, differs.is_empty()) {
            (Some(error), ..) => write!(f, "no answer: {error}"),
            (None, true, true) => write!(f, "{came}: as captured"),
            (None, true, false) => write!(f, "{came}: differs in {}", self.compared.named()),
            (None, false, _) => write!(f, "{came} instead of {captured}"),
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { streams, sent, answers, equal, same_outcome, other_outcome, .. } = self;
        write!(
            f,
            "{streams} streams, {sent} PDUs sent, {answers} answers: {equal} as captured, \
             {same_outcome} with the same outcome, {other_outcome} with another or none"
        )?;
        if self.uncompared > 0 {
            write!(f, ", {} that nothing was captured for", self.uncompared)?;
        }
        if self.cut > 0 {
            write!(f, "; {} streams not played to their end", self.cut)?;
        }
        Ok(())
    }
}
