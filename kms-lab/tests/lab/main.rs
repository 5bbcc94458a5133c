//! Labs over the real binary: typed by hand, called by scripts, by several at once, on broken files.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may"
)]

mod classes;
mod dropin;
mod events;
mod files;
mod folder;
mod laws;
mod names;
mod page;
mod services;
mod together;
mod typed;
