//! What a host does of its own.

use std::collections::BTreeSet;

use kms_proto::kms::version::Version;
use kms_sim::fault::mischief::Mischief;

use crate::real::Lab;
use crate::virtual_time::World;

#[test]
fn eight_exchanges_show_each_legal_kind_once_and_all_are_survived() {
    for seed in 0..20 {
        let mut world = World::new(Vec::new(), Mischief::Legal, seed);
        let mut shown = BTreeSet::new();
        for number in 0..8 {
            assert_eq!(world.attempt("pc-7", Version::V6), "granted", "seed {seed}");
            let (_, notes) = &world.seen[number];
            assert_eq!(notes.faults.len(), 1, "seed {seed}: {notes:?}");
            shown.insert(notes.faults[0].clone());
        }
        assert_eq!(shown.len(), 8, "seed {seed}: {shown:?}");
    }
}

#[test]
fn every_fifth_exchange_of_a_hostile_host_breaks_a_rule_and_no_other_does() {
    let mut world = World::new(Vec::new(), Mischief::Hostile, 3);
    let mut kinds = BTreeSet::new();
    for number in 1..=100_usize {
        let told = world.attempt("pc-7", Version::V6);
        let (_, notes) = &world.seen[number - 1];
        let hostile = notes.faults.iter().any(|id| id.starts_with("hostile:"));
        assert_eq!(hostile, number.is_multiple_of(5), "{number}: {notes:?}");
        assert_eq!(told != "granted", hostile, "{number}: {told} {notes:?}");
        kinds.extend(notes.faults.iter().cloned());
    }
    assert_eq!(kinds.len(), 8 + 14, "{kinds:?}");
}

#[test]
fn a_seed_repeats_and_another_differs() {
    let run = |seed| {
        let mut world = World::new(Vec::new(), Mischief::Hostile, seed);
        for _ in 0..20 {
            world.attempt("pc-7", Version::V6);
        }
        format!("{:?} {}", world.seen, world.now)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[tokio::test]
async fn legal_mischief_is_survived_on_sockets() {
    let mut lab = Lab::start(Vec::new(), Mischief::Legal, 1);
    for _ in 0..8 {
        assert_eq!(lab.attempt("pc-7", Version::V6).await, "granted");
    }
    assert_eq!(lab.faults().into_iter().collect::<BTreeSet<_>>().len(), 8);
    lab.stop().await;
}
