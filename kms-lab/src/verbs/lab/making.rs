//! `kmslab lab new`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::clock::true_now;
use crate::console::Console;
use crate::exit::Exit;
use crate::lab::head::Head;
use crate::lab::locate::file;
use crate::lab::presets::{PRESETS, Preset};
use crate::lab::replay::begin;
use crate::lab::store::Store;
use crate::scenario::document::Document;
use crate::scenario::head::SeedChoice;
use crate::scenario::source::Source;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::verbs::check;

/// What `kmslab lab new` takes.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The lab's file; the variable `KMSLAB_LAB`, or ./kmslab.lab, if left out.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Make it from a scenario file: its computers, and what happens to them.
    #[arg(long, value_name = "SCENARIO", conflicts_with = "preset")]
    pub from: Option<PathBuf>,
    /// Make it from a scenario that comes with this program: story (if left out) or healthy.
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// The seed of every draw: a number, or random; the scenario's own if left out.
    #[arg(long, value_name = "N|random")]
    pub seed: Option<Seed>,
    /// Time passes by itself, as this computer's clock says.
    #[arg(long)]
    pub live: bool,
    /// Replace the lab that is there.
    #[arg(long)]
    pub force: bool,
}

/// Makes a lab.
///
/// # Errors
///
/// When the scenario is invalid, there is a lab already, or it cannot be written.
pub(super) fn run(
    args: &NewArgs,
    lab: Option<&PathBuf>,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let path = file(args.file.as_ref().or(lab));
    let (sources, own) = match &args.from {
        Some(scenario) => of_file(scenario)?,
        None => (vec![preset(args.preset.as_deref())?.source()], None),
    };
    let own = match own {
        Some(SeedChoice::Number(seed)) => Seed(seed),
        Some(SeedChoice::Random) => "random".parse().unwrap_or_default(),
        None => Seed::default(),
    };
    let head = Head {
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        seed: args.seed.unwrap_or(own).0,
        live_since: args.live.then(true_now),
        sources,
    };
    let present = begin(head.clone())?;
    Store::make(&path, &head, args.force).map_err(|trouble| trouble.stop(&path))?;
    let ids = present.world.actors().map(|actor| present.world.id(actor).to_owned());
    writeln!(console.out, "{}: {}", path.display(), ids.collect::<Vec<_>>().join(", "))?;
    Ok(())
}

fn preset(name: Option<&str>) -> Result<Preset, Stop> {
    let [first, ..] = PRESETS;
    let Some(name) = name else { return Ok(first) };
    Preset::named(name).ok_or_else(|| {
        let told = PRESETS.map(|preset| format!("{}: {}", preset.name, preset.about));
        Stop::usage(format!("there is no preset {name:?}"), told.join("\n       "))
    })
}

fn of_file(path: &Path) -> Result<(Vec<Source>, Option<SeedChoice>), Stop> {
    let document = Document::load(path, &check::read)
        .map_err(|broken| Stop::new(Exit::Invalid, broken.to_string().trim_end(), ""))?;
    let count = document.points().len();
    if count > 1 {
        let message = format!("{} is a sweep of {count} runs", path.display());
        return Err(Stop::new(Exit::Invalid, message, "a scenario of one run"));
    }
    Ok((document.sources().0.to_vec(), document.seed()))
}
