//! What the lines and marks mean.

use std::cmp::Reverse;

use crate::report::course::{Course, Role, Track};
use crate::report::plot::canvas::{Anchor, Area, Canvas};
use crate::report::plot::dots::Fate;
use crate::report::plot::frame::{Frame, window};
use crate::report::plot::{band, palette};

/// Rows for clocks at the most; beyond them a row says how many more there are.
const ROWS: usize = 16;

/// Characters of a name that fit.
const NAME: usize = 20;

const ROW: f64 = 21.0;

const HEADING: &str = "font-weight=\"600\"";

/// The clocks that have a row, with their places: of too many those that were furthest off, and a
/// host before others that were as far.
fn named(course: &Course) -> Vec<(usize, &Track)> {
    let furthest = |track: &Track| track.samples.iter().map(|s| s.offset.unsigned_abs()).max();
    let mut clocks: Vec<(usize, &Track)> = course.clocks.iter().enumerate().collect();
    clocks.sort_by_key(|(_, track)| (Reverse(furthest(track)), track.role != Role::Host));
    clocks.truncate(ROWS);
    clocks.sort_by_key(|(index, _)| *index);
    clocks
}

/// Draws the legend beside the plotting area, with what is in the picture and nothing else.
pub fn draw(frame: &Frame, course: &Course, canvas: &mut Canvas) {
    let left = frame.area.right + 18.0;
    let mut y = frame.area.top + 10.0;
    let mut row = |heading: bool| {
        let here = y;
        y += if heading { ROW + 2.0 } else { ROW };
        here
    };
    let samples = (left, left + 26.0, left + 34.0);

    if !course.clocks.is_empty() {
        canvas.text((left, row(true)), Anchor::Start, HEADING, "clocks");
    }
    for (index, clock) in named(course) {
        let at = row(false);
        canvas.line((samples.0, at - 4.0), (samples.1, at - 4.0), &palette::stroke(course, index));
        let role = match clock.role {
            // One host is mostly called just that.
            Role::Host if clock.actor.contains("host") => "",
            Role::Host => " (host)",
            Role::Source => " (time source)",
            Role::Dns => " (DNS server)",
            Role::Machine => "",
        };
        let name = shortened(&clock.actor, NAME.saturating_sub(role.len()));
        canvas.text((samples.2, at), Anchor::Start, "", &format!("{name}{role}"));
    }
    if let Some(more) = course.clocks.len().checked_sub(ROWS).filter(|more| *more > 0) {
        canvas.text((samples.2, row(false)), Anchor::Start, "", &format!("and {more} more"));
    }

    for told in windows(course) {
        let at = row(false);
        let (top, bottom) = (at - 11.0, at + 3.0);
        canvas.rect(&Area { left: samples.0, top, right: samples.1, bottom }, band::GROUND);
        canvas.line((samples.0, top), (samples.1, top), band::EDGE);
        canvas.line((samples.0, bottom), (samples.1, bottom), band::EDGE);
        canvas.text((samples.2, at), Anchor::Start, "", &told);
    }

    let fates = [
        (Fate::Granted, "granted"),
        (Fate::Refused, "refused: 0xC004F06C"),
        (Fate::RefusedOtherwise, "refused: other codes"),
        (Fate::Unanswered, "no answer"),
    ];
    let present = |fate: Fate| course.requests.iter().any(|dot| Fate::of(dot.result) == fate);
    if !course.requests.is_empty() {
        row(false);
        canvas.text((left, row(true)), Anchor::Start, HEADING, "requests");
    }
    for (fate, told) in fates.into_iter().filter(|(fate, _)| present(*fate)) {
        let at = row(false);
        fate.draw((samples.0 + 13.0, at - 4.5), None, canvas);
        canvas.text((samples.2, at), Anchor::Start, "", told);
    }
}

/// The windows of the hosts, each once: `window 4h`.
fn windows(course: &Course) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for host in course.clocks.iter().filter(|clock| window(clock).is_some()) {
        let text = host.window.map(|window| format!("window {window}")).unwrap_or_default();
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told.truncate(3);
    told
}

fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
