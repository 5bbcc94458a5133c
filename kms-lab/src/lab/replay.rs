//! From a lab's file to its present.

use std::path::Path;

use crate::exit::Exit;
use crate::lab::head::Head;
use crate::lab::present::Present;
use crate::lab::sources;
use crate::lab::store::Recorded;
use crate::report::trouble::Finding;
use crate::scenario::mistake::Broken;
use crate::stop::Stop;
use crate::world::build;
use crate::world::cast::Cast;
use crate::world::diary::Keep;
use crate::world::engine::World;

/// Lives through the world of a lab, doing all that was done in it.
///
/// # Errors
///
/// When this version reads its scenario otherwise, or something came to something else.
pub fn replay(recorded: Recorded, path: &Path) -> Result<Present, Stop> {
    let made_by = recorded.head.made_by.clone();
    let otherwise = |what: String| {
        let own = env!("CARGO_PKG_VERSION");
        let message = format!(
            "the lab {} does not replay: {what} (made by kmslab {made_by}, this is {own})",
            path.display()
        );
        let remedy = "the version that made it, or kmslab lab reset to begin it anew";
        Stop::new(Exit::Invalid, message, remedy)
    };
    let mut present = begin(recorded.head).map_err(|stop| otherwise(stop.message))?;
    present.begun = recorded.begun;
    for (number, entry) in (1..).zip(recorded.entries) {
        let same = present.again(&entry).map_err(|stop| otherwise(stop.message))?;
        if !same {
            return Err(otherwise(format!("entry {number} comes to something else than it did")));
        }
        present.entries.push(entry);
    }
    Ok(present)
}

/// A lab in which nothing was done yet.
///
/// # Errors
///
/// With every mistake of its scenario.
pub fn begin(head: Head) -> Result<Present, Stop> {
    let invalid = |broken: &Broken| Stop::new(Exit::Invalid, broken.to_string().trim_end(), "");
    let document = sources::document(&head.sources).map_err(|broken| invalid(&broken))?;
    let resolved = sources::resolve(&document, head.seed).map_err(|broken| invalid(&broken))?;
    let scenario = resolved.scenario;
    let cast = Cast::of(&scenario);
    let mut plan = build::plan(&scenario, &cast).map_err(|f| unfit(&f))?;
    plan.most_exchanges = u64::MAX;
    if let Some(since) = head.live_since {
        plan.start = since;
    }
    let world = World::new(plan, Keep::Nothing);
    Ok(Present { head, begun: 0, scenario, world, entries: Vec::new() })
}

fn unfit(findings: &[Finding]) -> Stop {
    let told: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {}", finding.subject, finding.message).trim().to_owned())
        .collect();
    Stop::new(Exit::Invalid, told.join("\n"), "")
}
