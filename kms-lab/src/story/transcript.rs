//! What happened, as data: the text and the JSON are both made from this.

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::version::Version;
use kms_proto::time::window::Window;
use kms_proto::windows::event::Event;
use serde::Serialize;

/// The whole story.
#[derive(Clone, Debug, Serialize)]
pub struct Transcript {
    /// The version of this form.
    pub schema: u32,
    /// The code that is reproduced.
    pub code: HResult,
    /// The realm.
    pub realm: String,
    /// The seed.
    pub seed: u64,
    /// The protocol version spoken.
    pub protocol: Version,
    /// The host's window.
    pub window: Window,
    /// The member's clock, as it was set wrong.
    pub clock: String,
    /// The skew the operator saw, where the window holds it: then nothing is refused for time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// Where the host listened.
    pub host_addr: String,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// What every surface showed, against what it should show.
    pub checks: Vec<Check>,
    /// Whether all of it held.
    pub reproduced: bool,
}

/// One thing somebody did, and what it showed.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What is done, in a few words.
    pub title: String,
    /// The computer it is done on.
    pub computer: &'static str,
    /// What this computer's clock reads, RFC 3339.
    pub clock: String,
    /// The command typed.
    pub command: String,
    /// What it printed.
    pub output: String,
    /// The event log entries it shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// One surface, and whether it showed what is documented.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Where one looks.
    pub surface: String,
    /// What it should show.
    pub expected: String,
    /// What it showed.
    pub found: String,
    /// Whether the two are the same.
    pub passed: bool,
}

impl Check {
    /// A check that `found` is `expected`.
    pub fn new(
        surface: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let (expected, found) = (expected.into(), found.into());
        Self { surface: surface.into(), passed: expected == found, expected, found }
    }
}
