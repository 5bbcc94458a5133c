//! A file of faults written from the catalogue: mostly right, so that what reads it comes far.

use std::fmt::Write as _;

use kms_sim::fault::catalogue::entries;

use super::super::input::Input;

/// When a rule applies.
const WHEN: [&str; 12] = [
    "{}",
    "{ nth = 2 }",
    "{ first = 3, every = 2 }",
    "{ nth = [1, 3], of = \"connection\" }",
    "{ nth = \"2..\", of = \"client\" }",
    "{ after = \"2s\", until = \"5s\" }",
    "{ window = [\"1s\", \"4s\"] }",
    "{ quota = 2 }",
    "{ prob = 0.5 }",
    "{ sequence = [true, false, true] }",
    "{ cycle = { on = \"1s\", off = \"2s\" } }",
    "{ offset = 1, every = 3 }",
];

/// For whom it applies.
const MATCH: [&str; 8] = [
    "{}",
    "{ version = 6 }",
    "{ conn = [1, 4] }",
    "{ direction = \"to-host\" }",
    "{ direction = \"to-client\" }",
    "{ client = \"AAAA\" }",
    "{ result = \"0x8007000D\" }",
    "{ nth_client = 2 }",
];

/// Numbers that are put in the place of a number in an example.
const NUMBERS: [&str; 8] = ["0", "1", "7", "16", "65535", "4294967295", "1000000", "2"];

/// Up to eight rules, until the input is spent.
pub(super) fn text(mut input: Input<'_>) -> String {
    let all: Vec<_> = entries().collect();
    let mut text = String::new();
    for number in 0..8 {
        if input.is_spent() {
            break;
        }
        let (which, when, who, how) = (input.u8(), input.u8(), input.u8(), input.u8());
        let Some(entry) = all.get(usize::from(which) % all.len().max(1)) else { break };
        let example = if how & 7 == 7 {
            changed(entry.example, usize::from(how >> 3), &mut input)
        } else {
            entry.example.to_owned()
        };
        let _ = writeln!(text, "[[fault]]\nid = \"f{number}\"\nstage = \"{}\"", entry.stage);
        let _ = writeln!(text, "do = {example}");
        let pick = |from: &[&'static str], choice: u8| {
            from.get(usize::from(choice) % from.len().max(1)).copied().unwrap_or("{}")
        };
        let _ = writeln!(text, "when = {}\nmatch = {}", pick(&WHEN, when), pick(&MATCH, who));
        if how & 0x40 != 0 {
            text.push_str("ttl = \"3s\"\n");
        }
        if how & 0x80 != 0 {
            text.push_str("max_active = 1\n");
        }
    }
    text
}

/// The example with another number for one of its own, or with one of its characters lost.
fn changed(example: &str, at: usize, input: &mut Input<'_>) -> String {
    let choice = input.u8();
    let digits: Vec<usize> = example
        .char_indices()
        .filter(|(_, character)| character.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    let mut text = example.to_owned();
    if choice & 0x80 != 0 && !text.is_empty() {
        let place = at * 7 % text.len();
        if text.is_char_boundary(place) {
            text.remove(place);
        }
    } else if let Some(digit) = digits.get(at % digits.len().max(1)) {
        let number = NUMBERS.get(usize::from(choice) % NUMBERS.len()).copied().unwrap_or("0");
        text.replace_range(*digit..=*digit, number);
    }
    text
}
