//! Every kind of fault, on sockets and in virtual time: our client survives what is legal, and
//! says what is wrong with the rest, within its time-out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod client;
mod docs;
mod foreign;
mod legal;
mod mischief;
mod real;
mod rows;
mod rules;
mod table;
mod virtual_time;
