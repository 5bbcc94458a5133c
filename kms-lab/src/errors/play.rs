//! Plays the scenario of an error in virtual time, and judges what came of it.

use std::path::Path;

use kms_proto::kms::catalogue::find;
use kms_proto::kms::hresult::HResult;
use serde::Serialize;

use crate::errors::table::{By, Reproduction};
use crate::errors::telling::{Happening, happenings};
use crate::errors::tries::{Try, tries};
use crate::journal::line::SCHEMA;
use crate::report::outcome::Run;
use crate::report::text::trouble::sentence;
use crate::report::trouble::Trouble;
use crate::scenario::document::Document;
use crate::scenario::mistake::Broken;
use crate::world::runner;

/// What came of a scenario, as data: text and JSON are both made from this.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    /// The version of this form.
    pub schema: u32,
    /// The code.
    pub code: HResult,
    /// Its name in Microsoft's headers, where it has one.
    pub symbol: Option<&'static str>,
    /// By what it comes about.
    pub by: By,
    /// The file, in the project.
    pub file: &'static str,
    /// What it shows, in a sentence.
    pub about: String,
    /// The seed.
    pub seed: u64,
    /// What happened, in order.
    pub happenings: Vec<Happening>,
    /// The attempts: what was true of each, and what was shown.
    pub tries: Vec<Try>,
    /// What was expected, and whether it came true.
    pub checks: Vec<Check>,
    /// What is wrong besides.
    pub troubles: Vec<String>,
    /// Whether all of it held.
    pub reproduced: bool,
    /// What went over the connections (pcapng), where that was wanted.
    #[serde(skip)]
    pub capture: Vec<u8>,
}

/// An expectation of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its id.
    pub id: String,
    /// Why it did not come true; `None` where it did.
    pub unmet: Option<String>,
}

/// Plays it. `seed` takes the place of the file's own; `capture` is whether one is wanted.
///
/// # Errors
///
/// When the scenario cannot be read.
pub fn play(
    reproduction: &Reproduction,
    seed: Option<u64>,
    capture: bool,
) -> Result<Played, Broken> {
    let bytes = |_: &Path| Ok(reproduction.text.as_bytes().to_vec());
    let document = Document::load(Path::new(reproduction.file), &bytes)?;
    let seed = seed.unwrap_or(SEED);
    let point = document.points().first().cloned().unwrap_or_default();
    let resolved = document.resolve(&point, seed)?;
    let head = &resolved.scenario.head;
    let (file, name) = (reproduction.file.to_owned(), head.name.clone());
    let run = Run { file, name, seed, ..Run::default() };
    let (run, happenings, capture) = match runner::told(&resolved, run, capture) {
        Ok(mut lived) => {
            let capture = lived.world.recorded();
            (lived.run, happenings(&lived.world, &resolved.scenario), capture)
        }
        Err(run) => (*run, Vec::new(), Vec::new()),
    };
    let expects = resolved.scenario.expects.iter();
    let checks =
        expects.map(|expect| Check { id: expect.id.clone(), unmet: unmet(&run, &expect.id) });
    let checks = checks.collect();
    let troubles = run.troubles.iter().filter(|trouble| !matches!(trouble, Trouble::Unmet(_)));
    let troubles = troubles.map(sentence).collect();
    Ok(Played {
        schema: SCHEMA,
        code: reproduction.code,
        symbol: find(reproduction.code).and_then(|entry| entry.symbol),
        by: reproduction.by,
        file: reproduction.file,
        about: head.about.clone(),
        seed,
        tries: tries(&happenings),
        happenings,
        checks,
        troubles,
        reproduced: run.troubles.is_empty(),
        capture,
    })
}

/// The seed where none is given.
const SEED: u64 = 42;

/// Why an expectation did not come true, if it did not.
fn unmet(run: &Run, id: &str) -> Option<String> {
    let subject = format!("[[expect]] {id}");
    run.troubles.iter().find_map(|trouble| match trouble {
        Trouble::Unmet(finding) if finding.subject == subject => Some(finding.message.clone()),
        _ => None,
    })
}
