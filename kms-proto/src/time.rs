//! Moments, lengths, skews and windows: different things, with total arithmetic.
//!
//! Three grains meet here. True time is an integer of nanoseconds since the Unix epoch and belongs
//! to the world ([`Moment`]). What a clock reads is a FILETIME, ticks of 100 ns since 1601
//! ([`FileTime`]). A skew is client minus host, signed, in ticks ([`Skew`]).

pub mod civil;
pub mod duration;
pub mod filetime;
pub mod moment;
pub mod skew;
pub mod window;

pub use civil::TICKS_PER_SECOND;
pub use duration::NANOS_PER_TICK;
pub use filetime::FileTime;
pub use moment::Moment;
pub use skew::Skew;
