//! What is typed at a Windows computer's prompt: words, programs, and what they say.
//!
//! Pure: which program is meant and with what arguments, by whatever path and script host it was
//! called. What the program does is the world's business.

pub mod command;
pub mod here;
pub mod reply;
pub mod script_host;
pub mod words;
