//! The table is run twice: in virtual time, in every version, and on sockets.

use std::collections::BTreeSet;

use kms_proto::kms::version::Version;
use kms_sim::fault::catalogue::{Manner, entries};
use kms_sim::fault::kind::Kind;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;
use kms_sim::fault::when::When;
use serde_json::{Value, json};

use crate::real::Lab;
use crate::rows::ROWS;
use crate::virtual_time::World;

const VERSIONS: [Version; 3] = [Version::V4, Version::V5, Version::V6];

#[test]
fn every_kind_is_told_by_its_name_in_virtual_time() {
    for row in ROWS {
        for (version, told) in VERSIONS.into_iter().zip(row.told) {
            let mut world = World::new(vec![row.rule()], Mischief::Off, 42);
            assert_eq!(world.attempt("pc-7", version), "granted", "{}", row.name());
            world.now.0 += 1_000_000_000;
            assert_eq!(world.attempt("pc-7", version), told, "{} {version}", row.name());
            let notes = world.seen.iter().map(|(_, notes)| notes);
            let bent = notes.clone().any(|notes| notes.faults == ["bent"]);
            let near = notes.clone().any(|notes| {
                notes.near.iter().any(|n| n.contains("no place") || n.contains("the same"))
            });
            // Where the version has no place for it, that is said.
            assert!(bent || (told == "granted" && near), "{} {version}", row.name());
            let hits = world.faults.plan().hits().next().unwrap().1;
            assert_eq!(hits > 0, bent, "{} {version}: what bent nothing is no hit", row.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_told_by_its_name_on_sockets() {
    let mut running = tokio::task::JoinSet::new();
    for row in ROWS {
        running.spawn(async move {
            let mut lab = Lab::start(vec![row.rule()], Mischief::Off, 42);
            assert_eq!(lab.attempt("pc-7", Version::V6).await, "granted", "{}", row.name());
            let found = lab.attempt("pc-7", Version::V6).await;
            // How a connection ends that is not wanted is seen sooner or later, as it happens.
            let early = row.stage == Stage::TcpAccept && found == "Connect";
            let ended = ["Connect", "Closed"].contains(&row.told[2]);
            let same = found == row.told[2] || (early || found == "Closed") && ended;
            assert!(same, "{}: {found}", row.name());
            assert!(lab.faults().iter().any(|id| id == "bent"), "{}", row.name());
            lab.stop().await;
        });
        if running.len() >= 16 {
            running.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
    // A task that is joined is counted until its worker has let go of it.
    let runtime = tokio::runtime::Handle::current();
    let gone = async {
        while runtime.metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(5);
    assert!(tokio::time::timeout(patience, gone).await.is_ok(), "tasks are left behind");
}

#[test]
fn an_attempt_under_any_two_kinds_ends() {
    for (n, one) in ROWS.iter().enumerate() {
        for other in ROWS.iter().skip(n % 4).step_by(4) {
            let rules = [one.rule(), other.rule()]
                .into_iter()
                .zip(["a", "b"])
                .map(|(rule, id)| Rule { id: id.to_owned(), when: When::default(), ..rule });
            let mut world = World::new(rules.collect(), Mischief::Hostile, 1);
            for _ in 0..2 {
                world.attempt("pc-7", Version::V6);
            }
            let passed = world.now.0;
            assert!(passed <= 20_000_000_000, "{} {}: {passed}", one.name(), other.name());
        }
    }
}

#[test]
fn the_table_covers_the_catalogue_and_the_catalogue_every_kind() {
    for entry in entries() {
        let value: Value = toml::from_str::<Value>(&format!("do = {}", entry.example)).unwrap();
        let read = Kind::read(entry.stage, value["do"].clone());
        assert!(read.is_ok(), "{} {}: {read:?}", entry.stage, entry.name);
        let has_row = ROWS.iter().any(|row| (row.stage, row.kind) == (entry.stage, entry.name));
        assert_eq!(has_row, entry.manner != Manner::Elsewhere, "{} {}", entry.stage, entry.name);
        if entry.manner == Manner::Legal {
            let of = |row: &&crate::rows::Row| {
                (row.stage, row.kind, row.instead) == (entry.stage, entry.name, None)
            };
            let row = ROWS.iter().find(of).unwrap();
            assert_eq!(row.told, ["granted"; 3], "{} {}", entry.stage, entry.name);
        }
    }
    // What serde knows as a stage's kinds is what the catalogue names, and nothing else.
    for stage in Stage::ALL {
        let error = match Kind::read(stage, json!({"kind": "zzzzzzzz"})) {
            Err(error) => error,
            Ok(kind) => {
                assert!(matches!(kind, Kind::Clock(_)), "{stage}");
                continue;
            }
        };
        let known: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        let told: BTreeSet<&str> =
            kms_sim::fault::catalogue::of(stage).map(|entry| entry.name).collect();
        assert_eq!(known, told, "{stage}: {error}");
    }
}
