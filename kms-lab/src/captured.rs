//! A capture, read and told: its connections of KMS, their PDUs and calls.

pub mod answer;
mod call;
pub mod calls;
pub mod compare;
pub mod input;
pub mod record;
pub mod script;
pub mod text;
pub mod walk;
