//! A file of faults: the `[[fault]]` tables of a scenario, alone.

use std::ops::Range;
use std::path::Path;

use kms_sim::fault::hint::hinted;
use kms_sim::fault::plan::Plan;
use kms_sim::fault::rule::Rule;
use serde::Deserialize;

use crate::exit::Exit;
use crate::stop::Stop;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    fault: Vec<Rule>,
}

/// Reads the rules of a file.
///
/// # Errors
///
/// When it cannot be read, or what it says makes no sense: file, line, column, and the line shown.
pub fn read(path: &Path) -> Result<Vec<Rule>, Stop> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("--faults: cannot read {name}: {error}");
        Stop::new(Exit::Invalid, message, "a TOML file of [[fault]] tables")
    })?;
    parse(&name, &text)
}

/// Reads the rules in `text`, which errors call `name`.
///
/// # Errors
///
/// As [`read`].
pub fn parse(name: &str, text: &str) -> Result<Vec<Rule>, Stop> {
    let invalid = |message: String| Stop::new(Exit::Invalid, message, "");
    let file: File = toml::from_str(text).map_err(|error| {
        let place = Place::of(text, error.span().unwrap_or(0..0));
        invalid(place.told(name, &hinted(error.message())))
    })?;
    Plan::new(file.fault.clone(), 0).map_err(|error| invalid(format!("{name}: {error}")))?;
    Ok(file.fault)
}

/// A place in a text, counted from 1, and the line it is in.
struct Place<'t> {
    line: usize,
    column: usize,
    shown: &'t str,
}

impl<'t> Place<'t> {
    fn of(text: &'t str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let shown = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.get(start..).map_or(0, |part| part.chars().count()) + 1;
        Self { line, column, shown }
    }

    fn told(&self, name: &str, message: &str) -> String {
        let Self { line, column, shown } = self;
        let mark = " ".repeat(column.saturating_sub(1));
        format!("{name}:{line}:{column}: {message}\n  {shown}\n  {mark}^")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_faults_is_read() {
        let rules = parse(
            "f.toml",
            r#"
                [[fault]]
                id = "second-answer-is-cut"
                stage = "rpc.response"
                match = { client = "good", nth_client = 7 }
                when = { nth = 2, of = "exchange" }
                do = { kind = "truncate", keep = "100B" }

                [[fault]]
                do = { kind = "latency", median = "40ms", dist = "lognormal", sigma = 0.5 }
                stage = "tcp.data"
                match = { direction = "to-client" }
                when = { window = ["1h", "1h30m"], prob = 0.25 }
                ttl = "10m"
                max_active = 3
            "#,
        );
        assert_eq!(rules.unwrap().len(), 2);
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_is() {
        let wrong = |line: &str| {
            let text = format!("[[fault]]\nstage = \"rpc.response\"\n{line}\n");
            parse("f.toml", &text).unwrap_err().message
        };
        for (line, place, part) in [
            ("wehn = { nth = 2 }", "f.toml:3:1", "did you mean `when`?"),
            ("when = { nht = 2 }", "f.toml:3:8", "did you mean `nth`?"),
            ("when = { prob = 2.0 }", "f.toml:3:8", "prob is 0 to 1"),
            (
                "do = { kind = \"fragmen\", bytes = \"8B\" }",
                "f.toml:3:6",
                "did you mean `fragment`?",
            ),
            ("do = { kind = \"truncate\", keep = \"100\" }", "f.toml:3:6", "a size needs a unit"),
            ("do = { kind = \"truncate\", kep = \"1B\" }", "f.toml:3:6", "did you mean `keep`?"),
            ("do = { keep = \"1B\" }", "f.toml:3:6", "the kind's name"),
            ("ttl = 5", "f.toml:3:7", "a length of time as a string"),
            ("match = { peer = \"x\" }", "f.toml:3:9", "IP address"),
        ] {
            let message = wrong(line);
            assert!(message.starts_with(place), "{message}");
            assert!(message.contains(part), "{message}");
            assert!(message.contains(line), "{message}");
        }
        let zero =
            "[[fault]]\nstage = \"kms.policy\"\ndo = { kind = \"result\", hresult = \"0\" }\n";
        let message = parse("f.toml", zero).unwrap_err().message;
        assert!(message.contains("zero is success"), "{message}");
        let message = parse("f.toml", "\n[[flaut]]\n").unwrap_err().message;
        assert!(message.starts_with("f.toml:2:3") && message.contains("`fault`"), "{message}");
        let stage = "[[fault]]\nstage = \"rpc.respnse\"\n";
        let message = parse("f.toml", stage).unwrap_err().message;
        assert!(message.starts_with("f.toml:2:9") && message.contains("rpc.response"), "{message}");
    }
}
