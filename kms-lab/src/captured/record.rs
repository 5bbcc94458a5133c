//! What is told of a capture, as values: text and JSON are both made from these.

use kms_proto::dissect::Line;
use kms_proto::kms::hresult::HResult;
use kms_proto::time::skew::Skew;
use serde::Serialize;

/// One thing told; in JSON, one line.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "ev", rename_all = "lowercase")]
pub enum Record {
    /// A connection of KMS begins.
    Stream(StreamRecord),
    /// A PDU, or bytes that are none.
    Pdu(PduRecord),
    /// A call is over.
    Call(CallRecord),
    /// Bytes are missing from the capture.
    Missing(MissingRecord),
    /// A side ends.
    End(Head),
    /// A side breaks the connection off.
    Reset(Head),
    /// A connection is followed no more, for want of room.
    #[serde(rename = "given-up")]
    GivenUp(Head),
    /// The capture is over.
    Capture(CaptureRecord),
}

/// Where something was captured.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The connection.
    pub stream: u64,
    /// The packet that completed it.
    pub packet: u64,
    /// When, where the capture says so.
    pub at: Option<String>,
    /// The same in nanoseconds since 1970.
    pub at_ns: Option<i64>,
    /// Whose doing: `client` or `server`.
    pub from: &'static str,
}

/// A connection of KMS.
#[derive(Clone, Debug, Serialize)]
pub struct StreamRecord {
    /// Its number, from 1.
    pub stream: u64,
    /// The client's end.
    pub client: String,
    /// The server's.
    pub server: String,
    /// What the capture calls the client's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// What it calls the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// By what it was found: `interface`, `message` or `port`.
    pub found: &'static str,
    /// Whether the capture has its beginning.
    pub from_start: bool,
}

/// A PDU, field by field.
#[derive(Clone, Debug, Serialize)]
pub struct PduRecord {
    /// Where.
    #[serde(flatten)]
    pub head: Head,
    /// Its type; empty for bytes that are no PDU.
    #[serde(rename = "type")]
    pub packet_type: String,
    /// The call it belongs to.
    pub call: Option<u32>,
    /// Its length in bytes.
    pub length: usize,
    /// Whether all of it is there and has the right form.
    pub right: bool,
    /// Its fields.
    pub lines: Vec<Line>,
}

/// A call and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// The connection.
    pub stream: u64,
    /// Its id.
    pub call: u32,
    /// The packet of its request, where that is in the capture.
    pub request_packet: Option<u64>,
    /// The packet of its answer, where that is.
    pub answer_packet: Option<u64>,
    /// When the request was captured.
    pub at: Option<String>,
    /// How long the answer took, in nanoseconds.
    pub took_ns: Option<i64>,
    /// The version of the message.
    pub version: Option<String>,
    /// The version of the answer's.
    pub answer_version: Option<String>,
    /// The machine that asks, where it could be read.
    pub machine: Option<String>,
    /// The time in the request.
    pub client_time: Option<String>,
    /// The client's time minus the capture's.
    pub skew: Option<Skew>,
    /// The same in nanoseconds.
    pub skew_ns: Option<i128>,
    /// What is to be said of the request.
    pub request: Verdict,
    /// What is to be said of the answer.
    pub answer: Verdict,
    /// What the call returned.
    pub result: Option<HResult>,
    /// Whether it returned success with an answer that a client can take.
    pub granted: bool,
    /// That code's name.
    pub symbol: Option<&'static str>,
    /// The fault instead of a result.
    pub fault: Option<String>,
    /// The count in the answer.
    pub count: Option<u32>,
}

/// What is to be said of a request or an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is not in the capture.
    #[default]
    Absent,
    /// Right form; nothing sealed is in it.
    Plain,
    /// Right form, the realm's seal.
    Sealed,
    /// Right form; no realm was given to open it with.
    Unopened,
    /// Right form; the seal is not this realm's, or the message was altered.
    Foreign,
    /// The form is wrong.
    WrongForm {
        /// Where, from the PDU's first byte.
        offset: usize,
        /// How.
        why: String,
    },
}

/// Bytes that are missing.
#[derive(Clone, Debug, Serialize)]
pub struct MissingRecord {
    /// Before what.
    #[serde(flatten)]
    pub head: Head,
    /// How many.
    pub bytes: u64,
}

/// The sum of a capture.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CaptureRecord {
    /// `pcap` or `pcapng`.
    pub kind: String,
    /// Packets.
    pub packets: u64,
    /// Connections of KMS.
    pub streams: u64,
    /// Other connections.
    pub others: u64,
    /// Calls.
    pub calls: u64,
    /// Calls that returned success with an answer that a client can take.
    pub granted: u64,
    /// Calls that returned success with an answer no client takes: its seal does not hold, its form
    /// is wrong, or its version or its time is not the request's.
    pub unusable: u64,
    /// Calls that returned an error.
    pub refused: u64,
    /// Calls that faulted.
    pub faulted: u64,
    /// Calls without an answer in the capture.
    pub unanswered: u64,
    /// PDUs whose form is wrong, and bytes that are no PDU.
    pub wrong_form: u64,
    /// Requests and answers of right form whose seal is not the realm's.
    pub foreign: u64,
    /// Bytes missing from connections of KMS.
    pub missing: u64,
    /// Bytes that came more than once.
    pub repeated: u64,
    /// Bytes from before the first one known of their side.
    pub early: u64,
    /// Resets with a number that cannot be one of their connection.
    pub stray_resets: u64,
    /// Connections of which something was let go for want of room.
    pub given_up: u64,
    /// Packets that are no TCP segment: how many, and what they are.
    pub not_tcp: Vec<(u64, String)>,
    /// Those of them that could not be read, so that TCP may be in them.
    pub unread: u64,
    /// Where and why the capture could not be read any further.
    pub broken: Option<String>,
}

impl CaptureRecord {
    /// Whether everything was there and had the right form.
    pub const fn is_whole(&self) -> bool {
        let read = self.broken.is_none() && self.unread == 0 && self.wrong_form == 0;
        read && self.missing == 0 && self.early == 0 && self.given_up == 0
    }
}
