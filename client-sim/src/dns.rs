//! A machine's side of DNS: it looks hosts up, and registers its own name.
//!
//! Bytes in and out, no socket and no clock: who drives it sends what it is given when
//! [`patience`] says, and hands over what comes back.

pub mod lookup;
pub mod patience;
pub mod register;
pub mod reported;
pub mod srv;
