//! A capture, read and told: its connections of KMS, their PDUs and calls.

pub mod calls;
pub mod record;
pub mod text;
pub mod walk;
