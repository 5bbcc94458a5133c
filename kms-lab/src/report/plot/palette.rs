//! Colours and dashes, told apart by people who see fewer colours too.

use crate::report::course::{Course, Role, Track};

/// Seven colours, most of them Okabe and Ito's; red and green are kept for requests.
const COLOURS: [&str; 7] =
    ["#0072b2", "#e69f00", "#56b4e9", "#cc79a7", "#8c6d00", "#6f4fa8", "#7a7a7a"];

/// Dashes, which change when the colours begin again.
const DASHES: [&str; 4] = ["", "7 3", "2 3", "9 3 2 3"];

/// A host's line.
const HOST: &str = "#6e7781";

/// A granted request.
pub const GRANTED: &str = "#1a7f37";

/// A request refused for its timestamp.
pub const REFUSED: &str = "#cf222e";

/// A request refused for another reason.
pub const REFUSED_OTHERWISE: &str = "#bc4c00";

/// A request without an answer.
pub const UNANSWERED: &str = "#57606a";

/// The attributes of a clock's line, by its place in the course.
pub fn stroke(course: &Course, index: usize) -> String {
    let Some(track) = course.clocks.get(index) else { return String::new() };
    let before = course.clocks.iter().take(index);
    let alike = |other: &&Track| is_host(other) == is_host(track);
    let ordinal = before.filter(alike).count();
    let (colour, width, round) = if is_host(track) {
        (HOST, "5", ordinal)
    } else {
        let colour = COLOURS.get(ordinal % COLOURS.len()).copied().unwrap_or_default();
        (colour, "1.8", ordinal / COLOURS.len())
    };
    let dash = match track.role {
        Role::Source | Role::Dns => "1 4",
        Role::Host | Role::Machine => DASHES.get(round % DASHES.len()).copied().unwrap_or_default(),
    };
    let dash =
        if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    format!(
        "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dash}"
    )
}

fn is_host(track: &Track) -> bool {
    track.role == Role::Host
}
