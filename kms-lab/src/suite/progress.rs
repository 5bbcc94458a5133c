//! How many runs are done, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line on stderr that moves while runs are done; nothing where stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// One of so many runs; a single run has none.
    pub fn of(runs: usize) -> Self {
        let target = match runs {
            0 | 1 => ProgressDrawTarget::hidden(),
            _ => ProgressDrawTarget::stderr(),
        };
        let runs = u64::try_from(runs).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        let plain = ProgressStyle::with_template("{bar:30} {pos} of {len} runs, {eta} left");
        if let Ok(style) = plain {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    /// Writes something else; the line steps aside for it.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// One more is done.
    pub fn one_more(&self) {
        self.bar.inc(1);
    }

    /// Takes the line away.
    pub fn over(&self) {
        self.bar.finish_and_clear();
    }
}
