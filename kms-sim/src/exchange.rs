//! Everything there is to say of one message and its answer.

use kms_proto::guid::Uuid;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Skew};
use serde::Serialize;

use crate::decision::Decision;
use crate::verdict::Verdict;
use crate::why::Why;

/// One message, what became of it, and how the host stood after it.
///
/// A value and no text, so that whoever keeps no journal pays for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The connection's ordinal on the host.
    pub connection: u64,
    /// The message's ordinal on its connection.
    pub message: u64,
    /// What the host's clock read when the message came.
    pub host_time: FileTime,
    /// The window that was in force.
    pub window: Window,
    /// The grain of its comparison.
    pub compare: Compare,
    /// What became of the message.
    pub decision: Decision,
    /// The policy's verdict, with the rule that refused.
    pub verdict: Verdict,
    /// The version in the message's first four bytes, if there were four.
    pub version: Option<Version>,
    /// The request's fields, where they could be read: never of a malformed message, nor of a
    /// foreign one in version 5 or 6.
    pub request: Option<Request>,
    /// How the host stood after it.
    pub counters: Counters,
    /// What it took of the way.
    pub bytes: Bytes,
}

/// The numbers of the host a journal repeats with every line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Requests judged.
    pub total: u64,
    /// Those answered with an error.
    pub failed: u64,
    /// The count the host reports: for the request's application where it could be read, else for
    /// Windows.
    pub count: u32,
}

/// What an exchange took of the way: the bytes of its PDUs, headers and all, in every fragment.
///
/// A refusal has an answer too. Where a fault bends what goes, it counts as it goes; an answer that
/// never leaves has 0. A message that came without a session counts itself, and its sealed answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Bytes of the request's PDUs.
    #[serde(rename = "in")]
    pub received: usize,
    /// Bytes of the answer's PDUs.
    #[serde(rename = "out")]
    pub answered: usize,
}

impl Exchange {
    /// The code that travels; success when granted.
    pub const fn result(&self) -> HResult {
        self.verdict.result()
    }

    /// The rule that refused, if one did; its text is made when it is displayed.
    pub const fn why(&self) -> Option<Why> {
        self.verdict.why()
    }

    /// What the machine believed the time to be, where that could be read.
    pub fn client_time(&self) -> Option<FileTime> {
        self.request.map(|request| request.client_time)
    }

    /// Client time minus host time in ticks, whatever grain the policy compares on.
    pub fn skew(&self) -> Option<Skew> {
        self.client_time().map(|client| client.skew_from(self.host_time))
    }

    /// How many clients the product needs, where that could be read.
    pub fn n_policy(&self) -> Option<u32> {
        self.request.map(|request| request.n_policy)
    }

    /// The client machine id, where it could be read.
    pub fn cmid(&self) -> Option<Uuid> {
        self.request.map(|request| request.cmid)
    }

    /// The machine's name, where it could be read.
    pub fn machine_name(&self) -> Option<MachineName> {
        self.request.map(|request| request.machine_name)
    }
}
