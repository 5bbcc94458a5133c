//! A computer's prompt: one command at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;

use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::monitor::Computer;
use kms_proto::time::{FileTime, Moment};

/// What is typed at one computer.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The command that runs.
    pub running: Option<Running>,
    /// Commands that wait until it has ended.
    pub waiting: VecDeque<usize>,
    /// The chart it draws.
    pub drawn: Option<Drawn>,
    /// The computers whose clocks it looks at.
    pub monitored: Option<Monitored>,
}

/// Clocks that are looked at, one after another.
#[derive(Clone, Debug)]
pub struct Monitored {
    /// The computers still to be looked at, the next one first.
    pub left: VecDeque<Sight>,
    /// Those that were.
    pub seen: Vec<Computer>,
    /// When the next was asked, by true time and as the machine's clock read.
    pub asked: (Moment, FileTime),
}

/// A computer to be looked at.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Its name.
    pub name: String,
    /// Whether it is the domain's first.
    pub first: bool,
    /// The time source it is, if it is one.
    pub source: Option<usize>,
    /// Where it is; `None` where nobody has this name.
    pub address: Option<SocketAddr>,
}

/// A chart that is being drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The chart.
    pub chart: Chart,
    /// Whose clock.
    pub source: Option<usize>,
    /// What the machine's clock read when it asked.
    pub asked: FileTime,
    /// How many lines are to come.
    pub left: u32,
}

/// A command that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its place in the history.
    pub command: usize,
    /// What it has printed so far.
    pub text: String,
    /// What it waits for.
    pub awaits: Awaits,
}

/// What a command waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaits {
    /// The end of an attempt to activate.
    Attempt {
        /// The machine that makes it: another than the prompt's where slmgr was told so.
        machine: usize,
        /// Which of its attempts.
        ordinal: u64,
    },
    /// The end of the resynchronisation of this machine's clock.
    Resync(usize),
    /// A chart that is being drawn.
    Chart,
    /// Time that passes.
    Time,
    /// Time that passes while the licensing service stops or starts.
    Licensing,
}
