//! TAP 14.

use kms_lab::report::tap::tap;

use crate::{golden, suites};

#[test]
fn every_status() {
    golden::check("everything.tap", &tap(&suites::everything()));
}

#[test]
fn nothing_selected() {
    golden::check("nothing.tap", &tap(&suites::suite(Vec::new())));
}

#[test]
fn the_plan_is_kept() {
    let suite = suites::everything();
    let text = tap(&suite);
    let points: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("ok ") || line.starts_with("not ok "))
        .collect();
    assert!(text.contains(&format!("\n1..{}\n", points.len())));
    for (number, point) in (1..).zip(&points) {
        let (_, rest) = point.split_once("ok ").unwrap();
        assert!(rest.starts_with(&format!("{number} - ")), "{point}");
        assert!(!point.replace("\\#", "").contains('#'), "no directive: {point}");
    }
}
