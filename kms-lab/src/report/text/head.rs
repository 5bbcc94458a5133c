//! The line before the first run.

use crate::console::{Console, HEADING};
use crate::report::outcome::Plan;

/// `kmslab 0.1.0 (9f3c2e1)  seed=42  mode=virtual  level=D0  scenarios=12`, without a line end.
pub fn head(plan: &Plan, console: &Console<'_>) -> String {
    let name = match &plan.commit {
        Some(commit) => format!("kmslab {} ({commit})", plan.version),
        None => format!("kmslab {}", plan.version),
    };
    let several = plan.seeds.parse::<u64>().is_err();
    let seed = if several { "seeds" } else { "seed" };
    format!(
        "{}  {seed}={}  mode={}  level={}  scenarios={}",
        console.paint(HEADING, &name),
        plan.seeds,
        plan.mode,
        plan.level,
        plan.runs
    )
}
