//! A trouble in words.

use kms_proto::time::window::Window;

use crate::report::clean::{self, clean};
use crate::report::trouble::{Breach, Difference, Finding, Miss, Place, Trouble, Witness};

/// Characters of a journal line that are shown.
const EXCERPT: usize = 100;

/// Characters shown before the first that differs.
const BEFORE: usize = 40;

/// The trouble in one line, without its place.
pub fn sentence(trouble: &Trouble) -> String {
    let sentence = match trouble {
        Trouble::Internal { message } => format!("internal error: {message}"),
        Trouble::CannotStart { message } => message.clone(),
        Trouble::Invalid(finding) | Trouble::Unmet(finding) => said(finding),
        Trouble::Nondeterministic(Difference { line, .. }) => {
            format!("journal line {line} differs between two runs of this seed")
        }
        Trouble::Over(Breach { measure, threshold, measured, .. }) => {
            format!("[thresholds] {measure}: {threshold} wanted, got {measured}")
        }
        Trouble::Missed(Miss { subject, message, .. }) => format!("{subject} {message}"),
        Trouble::OutOfTime { limit, message } => format!("limit.{limit} reached: {message}"),
        Trouble::CutShort { signal } => format!("{signal} cut it short"),
        Trouble::NotRun { signal } => format!("{signal} came before it was run"),
    };
    clean(&sentence)
}

/// Where the file says what is not true.
pub fn place(trouble: &Trouble) -> Option<&Place> {
    match trouble {
        Trouble::Invalid(finding) | Trouble::Unmet(finding) => finding.place.as_ref(),
        Trouble::Over(breach) => breach.place.as_ref(),
        Trouble::Missed(miss) => miss.place.as_ref(),
        Trouble::Internal { .. }
        | Trouble::CannotStart { .. }
        | Trouble::Nondeterministic(_)
        | Trouble::OutOfTime { .. }
        | Trouble::CutShort { .. }
        | Trouble::NotRun { .. } => None,
    }
}

/// The trouble with its place, and the evidence for it, a line each.
pub fn lines_of(trouble: &Trouble) -> (String, Vec<String>) {
    let sentence = sentence(trouble);
    let first = match place(trouble) {
        Some(place) => format!("{}  {sentence}", clean(&place.to_string())),
        None => sentence,
    };
    let evidence = match trouble {
        Trouble::Invalid(finding) | Trouble::Unmet(finding) => {
            let notes = finding.notes.iter().flat_map(|note| clean::lines(note));
            finding.witness.as_ref().map(witness).into_iter().chain(notes).collect()
        }
        Trouble::Nondeterministic(difference) => parted(difference).into(),
        Trouble::Internal { .. }
        | Trouble::CannotStart { .. }
        | Trouble::Over(_)
        | Trouble::Missed(_)
        | Trouble::OutOfTime { .. }
        | Trouble::CutShort { .. }
        | Trouble::NotRun { .. } => Vec::new(),
    };
    (first, evidence)
}

fn said(finding: &Finding) -> String {
    if finding.subject.is_empty() {
        finding.message.clone()
    } else {
        format!("{}: {}", finding.subject, finding.message)
    }
}

/// Both clocks and the rule that judged them.
fn witness(witness: &Witness) -> String {
    let client = witness.client_time.map_or("unread".to_owned(), |time| time.to_string());
    let skew = witness.skew.map_or("unknown".to_owned(), |skew| skew.to_string());
    let window = match witness.window {
        Window::Off => "off".to_owned(),
        window @ Window::Within { .. } => format!("{window} (inclusive, {})", witness.compare),
    };
    format!("host {}  client {client}  skew {skew}  window {window}", witness.host_time)
}

/// Both lines around the first character that differs.
fn parted(difference: &Difference) -> [String; 2] {
    let Difference { first, second, .. } = difference;
    let same = first.chars().zip(second.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(BEFORE);
    let excerpt = |line: &str| {
        if line.is_empty() {
            return "(the journal ends)".to_owned();
        }
        let front = if from > 0 { "…" } else { "" };
        let back = if line.chars().count() > from + EXCERPT { "…" } else { "" };
        let middle: String = line.chars().skip(from).take(EXCERPT).collect();
        format!("{front}{}{back}", clean(&middle))
    };
    [format!("first   {}", excerpt(first)), format!("second  {}", excerpt(second))]
}
