//! The computer that runs took place on.

use std::thread;

use crate::report::outcome::Machine;

/// What is known of this computer.
pub fn computer() -> Machine {
    Machine {
        cpu: cpu(),
        cores: thread::available_parallelism().ok().map(usize::from),
        os: std::env::consts::OS.to_owned(),
        rustc: option_env!("KMSLAB_RUSTC").map(str::to_owned),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
    }
}

/// The processor's name, where the system says it.
fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}
