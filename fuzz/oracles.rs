//! What must hold for any input, whatever it is: one oracle for each target of the fuzzer.
//!
//! An oracle is ordinary code over the public interface, and panics when a promise is broken. The
//! fuzzer searches for such an input; `kms-lab/tests/fuzz_replay.rs` replays those that are kept.
#![expect(clippy::missing_panics_doc, reason = "an oracle panics when a promise is broken")]

#[path = "oracles/capture.rs"]
pub mod capture;
#[path = "oracles/client_session.rs"]
pub mod client_session;
#[path = "oracles/clock.rs"]
pub mod clock;
#[path = "oracles/dissect.rs"]
pub mod dissect;
#[path = "oracles/dns.rs"]
pub mod dns;
#[path = "oracles/faults.rs"]
pub mod faults;
#[path = "oracles/frame.rs"]
pub mod frame;
#[path = "oracles/frames.rs"]
pub mod frames;
#[path = "oracles/host_session.rs"]
pub mod host_session;
#[path = "oracles/input.rs"]
pub mod input;
#[path = "oracles/mapped.rs"]
pub mod mapped;
#[path = "oracles/message.rs"]
pub mod message;
#[path = "oracles/ntp.rs"]
pub mod ntp;
#[path = "oracles/pdu.rs"]
pub mod pdu;
#[path = "oracles/scenario.rs"]
pub mod scenario;
#[path = "oracles/slices.rs"]
pub mod slices;
#[path = "oracles/stub.rs"]
pub mod stub;

/// An oracle: it panics when a promise is broken.
pub type Oracle = fn(&[u8]);

/// All oracles, by the names of their targets.
pub const ALL: &[(&str, Oracle)] = &[
    ("pdu", pdu::check),
    ("stub", stub::check),
    ("message", message::check),
    ("clock", clock::check),
    ("host_session", host_session::check),
    ("client_session", client_session::check),
    ("dissect", dissect::check),
    ("frame", frame::check),
    ("dns", dns::check),
    ("ntp", ntp::check),
    ("scenario", scenario::check),
    ("faults", faults::check),
    ("capture", capture::check),
];
