//! Worlds from the text of a scenario.
#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests share this, and each uses a part; a test may"
)]

use std::path::Path;

use kms_lab::scenario::document::{Document, Resolved};
use kms_lab::world::build;
use kms_lab::world::cast::Cast;
use kms_lab::world::diary::Keep;
use kms_lab::world::ended::Ended;
use kms_lab::world::engine::World;
use serde_json::Value;

/// The scenario a text describes, at the first point of its sweep.
pub(crate) fn scenario(text: &str, seed: u64) -> Resolved {
    let read = |_: &Path| Ok(text.as_bytes().to_vec());
    let document = Document::load(Path::new("test.toml"), &read);
    let document = document.unwrap_or_else(|broken| panic!("{broken}"));
    let point = document.points().first().unwrap().clone();
    document.resolve(&point, seed).unwrap_or_else(|broken| panic!("{broken}"))
}

/// The world of a text, not lived in yet.
pub(crate) fn new_world(text: &str, seed: u64) -> World {
    let resolved = scenario(text, seed);
    let cast = Cast::of(&resolved.scenario);
    let plan = build::plan(&resolved.scenario, &cast);
    World::new(plan.unwrap_or_else(|findings| panic!("{findings:?}")), Keep::All)
}

/// The world of a text, lived in by `live`: its journal.
pub(crate) fn play(text: &str, seed: u64, live: impl FnOnce(&mut World)) -> String {
    let mut world = new_world(text, seed);
    live(&mut world);
    String::from_utf8(world.diary.text()).unwrap()
}

/// The world of a text, at its end.
pub(crate) fn world_of(text: &str, seed: u64) -> World {
    let mut world = new_world(text, seed);
    assert_eq!(world.run(&mut || true), Ended::Over);
    assert_eq!(world.connections(), 0, "a connection is left behind");
    world
}

/// The journal of a text.
pub(crate) fn journal(text: &str, seed: u64) -> String {
    play(text, seed, |world| {
        world.run(&mut || true);
    })
}

/// What the journal says of one machine, without what others change: numbers of lines,
/// connections and the host's counters.
pub(crate) fn lines_of(journal: &str, id: &str) -> Vec<Value> {
    let mine = |value: &Value| value["actor"] == id || value["client"] == id;
    journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(mine)
        .map(|mut value| {
            for key in ["seq", "conn", "counters", "near"] {
                value.as_object_mut().unwrap().remove(key);
            }
            value
        })
        .collect()
}
