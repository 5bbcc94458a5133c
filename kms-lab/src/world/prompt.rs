//! A computer's prompt: one command at a time.

use std::collections::VecDeque;

/// What is typed at one computer.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The command that runs, and what it waits for.
    pub running: Option<(usize, Awaits)>,
    /// Commands that wait until it has ended.
    pub waiting: VecDeque<usize>,
}

/// What a command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaits {
    /// The end of its machine's attempt of this ordinal.
    Attempt(u64),
}
