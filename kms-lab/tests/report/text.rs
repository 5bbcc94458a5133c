//! The lines for people.

use std::fmt::Write as _;

use kms_lab::console::Console;
use kms_lab::report::outcome::{Run, Suite};
use kms_lab::report::text::columns::Columns;
use kms_lab::report::text::head::head;
use kms_lab::report::text::run::run;
use kms_lab::report::text::tail::tail;

use crate::{golden, suites};

fn told(suite: &Suite, colour: bool) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let console = Console { out: &mut out, err: &mut err, colour };
    let labels: Vec<String> = suite.runs.iter().map(Run::label).collect();
    let columns = Columns::of(labels.iter().map(String::as_str));
    let mut text = String::new();
    let _ = writeln!(text, "{}", head(&suite.plan, &console));
    for one in &suite.runs {
        text.push_str(&run(one, columns, &console));
    }
    text + &tail(suite, &console)
}

#[test]
fn the_contract_s_example() {
    golden::check("contract.txt", &told(&suites::contract(), false));
}

#[test]
fn every_status() {
    golden::check("everything.txt", &told(&suites::everything(), false));
}

#[test]
fn seeds_are_named_and_repeated() {
    golden::check("seeds.txt", &told(&suites::seeds(), false));
}

#[test]
fn nothing_selected() {
    golden::check("nothing.txt", &told(&suites::suite(Vec::new()), false));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let plain = told(&suites::everything(), false);
    let mut coloured = told(&suites::everything(), true);
    assert_ne!(plain, coloured);
    for style in [kms_lab::console::BAD, kms_lab::console::GOOD, kms_lab::console::HEADING] {
        coloured = coloured.replace(&style.render().to_string(), "");
        coloured = coloured.replace(&style.render_reset().to_string(), "");
    }
    assert_eq!(plain, coloured);
}

#[test]
fn numbers_stand_below_each_other() {
    let text = told(&suites::everything(), false);
    let before = |line: &str| Some(line.split_once("   sim ")?.0.chars().count());
    let columns: Vec<usize> = text.lines().filter_map(before).collect();
    assert!(columns.len() > 4);
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{columns:?}\n{text}");
}

#[test]
fn nothing_steers_the_terminal() {
    let text = told(&suites::everything(), false);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
}
