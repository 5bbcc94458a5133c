//! Runs as TAP, version 14.

use std::fmt::Write as _;

use serde_json::Value;

use crate::report::clean::clean;
use crate::report::outcome::{Run, Status, Suite};
use crate::report::text::trouble;
use crate::report::trouble::Trouble;

/// A suite as a TAP document.
///
/// TAP has no word for "proves nothing": a run whose fault never happened is `not ok`, since every
/// reader takes SKIP for a pass.
pub fn tap(suite: &Suite) -> String {
    let count = suite.runs.len();
    let mut text = "TAP version 14\n".to_owned();
    if count == 0 {
        text.push_str("1..0 # SKIP nothing selected\n");
    } else {
        let _ = writeln!(text, "1..{count}");
    }
    let plan = &suite.plan;
    let _ = writeln!(text, "# seed={} mode={} level={}", plan.seeds, plan.mode, plan.level);
    let _ = writeln!(text, "# repeat: {}", clean(&plan.repeat));
    for (number, run) in (1..).zip(&suite.runs) {
        point(number, run, &mut text);
    }
    text
}

fn point(number: usize, run: &Run, text: &mut String) {
    let ok = if run.status() == Status::Passed { "ok" } else { "not ok" };
    let _ = writeln!(text, "{ok} {number} - {}", description(&run.label()));
    if run.troubles.is_empty() {
        return;
    }
    text.push_str("  ---\n");
    let _ = writeln!(text, "  file: {}", quoted(&run.file));
    let _ = writeln!(text, "  seed: {}", run.seed);
    let _ = writeln!(text, "  repeat: {}", quoted(&run.repeat));
    text.push_str("  troubles:\n");
    for trouble in &run.troubles {
        entry(trouble, text);
    }
    text.push_str("  ...\n");
}

/// One trouble as an entry of a YAML list.
fn entry(trouble: &Trouble, text: &mut String) {
    let _ = writeln!(text, "    - message: {}", quoted(&trouble::sentence(trouble)));
    let _ = writeln!(text, "      exit: {}", trouble.exit().code());
    if let Some(place) = trouble::place(trouble) {
        let _ = writeln!(text, "      at: {}", quoted(&place.to_string()));
    }
    let (_, details) = trouble::lines_of(trouble);
    if !details.is_empty() {
        text.push_str("      details:\n");
    }
    for line in details {
        let _ = writeln!(text, "        - {}", quoted(&line));
    }
}

/// A description: `#` would begin a directive and `\` an escape.
fn description(label: &str) -> String {
    clean(label).replace('\\', "\\\\").replace('#', "\\#")
}

/// A YAML string in double quotes, which JSON's are.
fn quoted(text: &str) -> String {
    Value::String(clean(text)).to_string()
}
