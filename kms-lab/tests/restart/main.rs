//! A host that is killed, has no room, finds its place taken, or stands on a computer whose clock
//! is turned: one clear line, and nothing that was acknowledged or captured is lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may"
)]
#![allow(clippy::disallowed_methods, reason = "how long a client waits is bounded")]

mod capture;
mod clock;
mod full;
#[path = "../attack/good.rs"]
#[allow(dead_code, reason = "not all of it is needed here")]
mod good;
mod host;
mod killed;
mod taken;
