//! A file of faults: the `[[fault]]` tables of a scenario, alone, for one host on sockets.

use std::path::Path;
use std::sync::Arc;

use kms_sim::fault::kind::Kind;
use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;

use crate::exit::Exit;
use crate::scenario::fault;
use crate::scenario::fault::selecting::MATCH_ALONE;
use crate::scenario::fields::Fields;
use crate::scenario::mistake::Broken;
use crate::scenario::node::Node;
use crate::scenario::reading::Reading;
use crate::scenario::references::{once, source_named};
use crate::scenario::source::{At, Source, Sources};
use crate::scenario::text;
use crate::stop::Stop;

/// Reads the rules of a file, for a host that serves DNS or does not.
///
/// # Errors
///
/// When it cannot be read, or what it says makes no sense: file, line, column, and the line shown.
pub fn read(path: &Path, dns: bool) -> Result<Vec<Rule>, Stop> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("--faults: cannot read {name}: {error}");
        Stop::new(Exit::Invalid, message, "a TOML file of [[fault]] tables")
    })?;
    parse(&name, &text, dns)
        .map_err(|broken| Stop::new(Exit::Invalid, broken.to_string().trim_end(), ""))
}

/// Whether a text is a file of faults, and no scenario: it has `[[fault]]` tables and nothing else.
pub fn is_alone(text: &str) -> bool {
    let (root, _) = text::parse(0, text);
    let keys = |node: &Node| node.table().map(|table| table.0.len());
    keys(&root) == Some(1) && root.table().is_some_and(|table| table.get("fault").is_some())
}

/// Reads the rules in `text`, which errors call `name`, for a host that serves DNS or does not.
///
/// # Errors
///
/// With every mistake.
pub fn parse(name: &str, text: &str, dns: bool) -> Result<Vec<Rule>, Broken> {
    let (root, mistakes) = text::parse(0, text);
    let source = Source { name: name.to_owned(), text: text.to_owned() };
    let sources = Sources(Arc::new(vec![source]));
    if !mistakes.is_empty() {
        return Err(Broken::new(sources, mistakes));
    }
    let reading = Reading::new(sources);
    let rules = rules(&reading, &root, dns);
    reading.finish(rules)
}

fn rules(reading: &Reading, root: &Node, dns: bool) -> Option<Vec<Rule>> {
    let fields = Fields::open(reading, root, &fault::FILE)?;
    let tables = fields.tables("fault");
    if fields.has("fault") && tables.is_empty() && reading.count() == 0 {
        fields.wrong("fault", "no fault is in it", "write [[fault]]");
    }
    let rules: Vec<Option<Rule>> = tables
        .iter()
        .zip(1..)
        .map(|(fields, position)| {
            // Whether it must strike is for a scenario to say.
            let _ = fields.flag("optional");
            let rule = fault::rule(fields, position, &MATCH_ALONE)?;
            happens(fields, &rule, dns);
            Some(rule)
        })
        .collect();
    let ids = rules.iter().zip(&tables);
    let ids: Vec<(&str, At)> =
        ids.filter_map(|(rule, fields)| Some((rule.as_ref()?.id.as_str(), fields.at))).collect();
    once(reading, "faults", ids);
    rules.into_iter().collect()
}

/// Takes note of what can never happen to a host on sockets.
fn happens(fields: &Fields<'_>, rule: &Rule, dns: bool) {
    let (why, help) = match rule.stage {
        Stage::DnsSrv if !dns => ("this host serves no DNS", "--dns ADDR"),
        Stage::ClockClient => (
            "whoever connects over sockets has a clock of its own, which nobody here can turn",
            "stage = \"clock.host\", or a scenario, for kmslab run",
        ),
        _ => {
            if let Kind::Clock(_) = rule.kind {
                turns(fields);
            }
            return;
        }
    };
    fields.wrong("stage", format!("{} cannot happen here: {why}", rule.stage), help);
}

/// Takes note of what can never happen to the clock of a host on sockets.
fn turns(fields: &Fields<'_>) {
    let done = fields.node("do").and_then(Node::table);
    let at = |key| done.and_then(|done| done.get(key)).map_or(fields.at, |node: &Node| node.at);
    if let Some((name, at)) = done.and_then(|done| source_named(done.get("to")?)) {
        let message = format!("there is no time source {name:?}: a host on sockets has none");
        fields.reading.wrong(at, message, "an offset such as \"-4h\", or an instant");
    }
    let kind = done.and_then(|done| done.text("kind"));
    if let Some(kind @ ("pause" | "snapshot" | "rollback" | "battery")) = kind {
        let message =
            format!("{kind} needs a computer that can stand still, be saved or start anew");
        fields.reading.wrong(at("kind"), message, "a scenario, for kmslab run");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_faults_is_read() {
        let text = r#"
            [[fault]]
            id = "second-answer-is-cut"
            stage = "rpc.response"
            match = { client = "good pc", nth_client = 7 }
            when = { nth = 2, of = "exchange" }
            do = { kind = "truncate", keep = "100B" }

            [[fault]]
            do = { kind = "latency", median = "40ms", dist = "lognormal", sigma = 0.5 }
            stage = "tcp.data"
            match = { direction = "to-client" }
            when = { window = ["1h", "1h30m"], prob = 0.25 }
            ttl = "10m"
            max_active = 3
        "#;
        assert!(is_alone(text) && !is_alone("schema = 1\n[[fault]]\n"));
        let rules = parse("f.toml", text, false).unwrap();
        assert_eq!(
            rules.iter().map(|rule| &*rule.id).collect::<Vec<_>>(),
            ["second-answer-is-cut", "fault-2"]
        );
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_is() {
        let wrong = |line: &str| {
            let text = format!("[[fault]]\nstage = \"rpc.response\"\n{line}\n");
            parse("f.toml", &text, false).unwrap_err().to_string()
        };
        for (line, place, part) in [
            ("wehn = { nth = 2 }", "f.toml:3:1", "did you mean when?"),
            ("when = { nht = 2 }", "f.toml:3:10", "did you mean nth?"),
            ("when = { prob = 2.0 }", "f.toml:3:17", "a number from 0 to 1"),
            ("do = { kind = \"fragmen\" }", "f.toml:3:15", "did you mean fragment?"),
            ("do = { kind = \"truncat\", keep = \"1B\" }", "f.toml:3:15", "did you mean truncate?"),
            ("do = { kind = \"wrong-mac\" }", "f.toml:3:15", "it is one of kms.response"),
            ("do = { kind = \"truncate\", keep = \"100\" }", "f.toml:3:35", "a size needs a unit"),
            ("do = { kind = \"truncate\", kep = \"1B\" }", "f.toml:3:27", "did you mean keep?"),
            ("do = { keep = \"1B\" }", "f.toml:3:6", "a table with a kind"),
            ("ttl = 5", "f.toml:3:7", "put it in quotes"),
            ("match = { peer = \"x\" }", "f.toml:3:19", "IP address"),
            ("match = { host = \"kms\" }", "f.toml:3:11", "there is one host"),
        ] {
            let message = wrong(line);
            assert!(message.contains(&format!("{place}: ")), "{message}");
            assert!(message.contains(part) && message.contains(line), "{message}");
        }
    }

    #[test]
    fn what_cannot_happen_on_sockets_is_refused() {
        let wrong = |text: &str| parse("f.toml", text, false).unwrap_err().to_string();
        let zero =
            "[[fault]]\nstage = \"kms.policy\"\ndo = { kind = \"result\", hresult = \"0\" }\n";
        assert!(wrong(zero).contains("zero is success"), "{}", wrong(zero));
        assert!(wrong("").contains("needs the key fault"), "{}", wrong(""));
        assert!(wrong("fault = []").contains("no fault is in it"), "{}", wrong("fault = []"));
        assert!(wrong("\n[[flaut]]\n").contains("did you mean fault?"));
        let dns = "[[fault]]\nstage = \"dns.srv\"\ndo = { kind = \"empty\" }\n";
        assert!(wrong(dns).starts_with("f.toml:2:9: dns.srv cannot happen here"), "{}", wrong(dns));
        let clock = |kind: &str| {
            wrong(&format!("[[fault]]\nstage = \"clock.host\"\ndo = {{ kind = {kind} }}\n"))
        };
        assert!(clock("\"set\", to = \"source:dc\"").contains("no time source"));
        assert!(clock("\"pause\", for = \"1s\", sync = true").contains("needs a computer"));
        assert!(clock("\"bmp\"").contains("did you mean bump?"));
    }
}
