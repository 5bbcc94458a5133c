//! What is known of a command's runs before the first begins, and the command that repeats them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::report::outcome::{Level, Mode, Plan};
use crate::suite::jobs::{Job, Under, quoted};
use crate::suite::shard::Shard;

/// Different seeds that are listed; of more there is no list.
const LISTED: usize = 4;

/// The plan of these runs of these paths.
pub fn plan(paths: &[PathBuf], under: Under, shard: Option<Shard>, jobs: &[Job<'_>]) -> Plan {
    let modes: Vec<Mode> = jobs.iter().map(|job| job.run.mode).collect();
    let mode = modes.first().copied().unwrap_or_default();
    let mode = if modes.iter().all(|other| *other == mode) { mode } else { Mode::Mixed };
    let paths: Vec<String> = paths.iter().map(|path| quoted(&path.display().to_string())).collect();
    let mut repeat = format!("kmslab run {}", paths.join(" "));
    // A String takes whatever is written to it.
    let seeds = match under {
        Under::One(seed) => {
            let _ = write!(repeat, " --seed {seed}");
            seed.to_string()
        }
        Under::Each(seeds) => {
            let _ = write!(repeat, " --seeds {seeds}");
            seeds.to_string()
        }
        Under::Own => own(jobs, &mut repeat),
    };
    if let Some(shard) = shard {
        let _ = write!(repeat, " --shard {shard}");
    }
    Plan {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("KMSLAB_COMMIT").map(str::to_owned),
        seeds,
        mode,
        level: if mode == Mode::Virtual { Level::D0 } else { Level::D1 },
        runs: jobs.len(),
        repeat,
    }
}

/// The seeds of files that choose their own. Where all have the same one, it repeats the runs.
fn own(jobs: &[Job<'_>], repeat: &mut String) -> String {
    let readable = jobs.iter().filter(|job| job.is_readable());
    let seeds: BTreeSet<u64> = readable.map(|job| job.run.seed).collect();
    let mut several = seeds.iter();
    match (several.next(), several.next()) {
        (Some(seed), None) => {
            let _ = write!(repeat, " --seed {seed}");
            seed.to_string()
        }
        (None, _) => "none".to_owned(),
        _ if seeds.len() <= LISTED => {
            seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
        }
        _ => "each file's own".to_owned(),
    }
}
