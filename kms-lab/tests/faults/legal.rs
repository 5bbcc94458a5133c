//! Every form that is legal is survived by our client, and none is left out of the list of them.

use kms_lab::scenario::fault::kinds;
use kms_lab::scenario::form::Form as KeyForm;
use kms_proto::kms::version::Version;
use kms_sim::fault::catalogue::legal::{Form, forms};
use kms_sim::fault::catalogue::{Manner, entries};
use kms_sim::fault::kind::Kind;
use kms_sim::fault::mischief::Mischief;
use kms_sim::fault::rule::Rule;
use serde_json::Value;

use crate::real::Lab;
use crate::virtual_time::World;

const VERSIONS: [Version; 3] = [Version::V4, Version::V5, Version::V6];

fn table(form: &Form) -> Value {
    toml::from_str::<Value>(&format!("do = {}", form.table)).unwrap()["do"].clone()
}

fn rule(form: &Form) -> Rule {
    let kind = Kind::read(form.stage, table(form));
    Rule::new("bent".to_owned(), form.stage, kind.unwrap())
}

#[test]
fn every_legal_form_is_survived_in_virtual_time() {
    for form in forms() {
        for version in VERSIONS {
            let mut world = World::new(vec![rule(&form)], Mischief::Off, 42);
            for _ in 0..3 {
                assert_eq!(world.attempt("pc-7", version), "granted", "{form:?} {version}");
            }
            let hits = world.faults.plan().hits().next().unwrap().1;
            assert!(hits >= 3, "{form:?} {version}: {hits} hits");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_legal_form_is_survived_on_sockets() {
    let mut running = tokio::task::JoinSet::new();
    for form in forms() {
        running.spawn(async move {
            let mut lab = Lab::start(vec![rule(&form)], Mischief::Off, 42);
            assert_eq!(lab.attempt("pc-7", Version::V6).await, "granted", "{form:?}");
            assert!(lab.faults().iter().any(|id| id == "bent"), "{form:?}");
            lab.stop().await;
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
}

#[test]
fn a_legal_kind_is_listed_with_and_without_each_key_and_with_each_word() {
    for entry in entries().filter(|entry| entry.manner == Manner::Legal) {
        let shape = kinds::of(entry.stage).into_iter().find(|kind| kind.name == entry.name);
        let tables: Vec<Value> = forms()
            .filter(|form| (form.stage, form.kind) == (entry.stage, entry.name))
            .map(|form| table(&form))
            .collect();
        for key in shape.unwrap().shape.keys {
            let said = || tables.iter().map(|table| &table[key.name]);
            let place = format!("{} {} {}", entry.stage, entry.name, key.name);
            assert!(said().any(|value| !value.is_null()), "{place} is never said");
            assert!(key.required || said().any(Value::is_null), "{place} is never left out");
            if let KeyForm::Word(words) = key.form {
                for word in words {
                    assert!(said().any(|value| value == word), "{place} is never {word}");
                }
            }
        }
    }
}
