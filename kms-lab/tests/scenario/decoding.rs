//! Any type that serde reads can be read from a scenario's tree, and its errors keep their places.

use kms_lab::scenario::node::decode::decode;
use kms_lab::scenario::source::{Source, Sources};
use kms_lab::scenario::text;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    stage: Stage,
    #[serde(rename = "do")]
    action: Kind,
    nth: Option<Vec<u64>>,
    prob: Option<f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Tcp,
    Rpc,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Kind {
    Truncate { keep: u8 },
    Reset,
}

/// The value, or where its error is and what it says.
fn read(toml: &str) -> Result<Rule, String> {
    let (node, wrong) = text::parse(0, toml);
    assert!(wrong.is_empty());
    decode::<Rule>(&node).map_err(|error| {
        let source = Source { name: "x".to_owned(), text: toml.to_owned() };
        let sources = Sources(std::sync::Arc::new(vec![source]));
        format!("{}: {error}; {}", sources.place(error.at.unwrap()), error.help)
    })
}

#[test]
fn values_are_read_as_serde_has_them() {
    let rule = read(
        "id = \"a\"\nstage = \"rpc\"\nprob = 0.5\nnth = [2, 5]\n\
         do = { kind = \"truncate\", keep = 7 }\n",
    );
    let action = Kind::Truncate { keep: 7 };
    let (nth, prob) = (Some(vec![2, 5]), Some(0.5));
    assert_eq!(rule, Ok(Rule { id: "a".to_owned(), stage: Stage::Rpc, action, nth, prob }));
}

#[test]
fn errors_name_the_place_and_the_nearest() {
    for (toml, expected) in [
        ("id = \"a\"\nstgae = 1\n", "x:2:1: unknown key stgae; did you mean stage?"),
        ("id = \"a\"\nstage = \"tpc\"\n", "x:2:9: \"tpc\" is not known here; did you mean tcp?"),
        ("id = 7\n", "x:1:6: expected a string, found integer `7`; "),
        ("id = \"a\"\nstage = \"tcp\"\n", "x:1:1: the key do is missing; "),
        ("nth = [1, -1]\n", "x:1:11: invalid value: integer `-1`, expected u64; "),
        ("do = { kind = \"truncate\", kep = 1 }\n", "x:1:27: unknown key kep; did you mean keep?"),
        (
            "do = { kind = \"trunc\" }\n",
            "x:1:15: \"trunc\" is not known here; one of truncate, reset",
        ),
    ] {
        let found = read(toml).unwrap_err();
        assert!(found.starts_with(expected.trim_end()), "{toml}: {found}");
    }
}
