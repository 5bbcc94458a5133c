//! Axes, grid and headings.

use kms_proto::time::duration::Nanos;

use crate::report::course::Course;
use crate::report::plot::canvas::{Anchor, Canvas};
use crate::report::plot::frame::Frame;
use crate::report::plot::offsets::label;
use crate::report::units;

const GRID: &str = "stroke=\"#e3e6ea\"";

const ZERO: &str = "stroke=\"#8b949e\"";

const EDGE: &str = "fill=\"none\" stroke=\"#8b949e\"";

const SMALL: &str = "font-size=\"12\" fill=\"#57606a\"";

/// Marks this far apart, as a share of the height, do not touch.
const GAP: f64 = 0.055;

/// Characters of a title that fit above the plotting area.
const TITLE: usize = 100;

/// Draws what stands behind the data.
pub fn draw(frame: &Frame, course: &Course, canvas: &mut Canvas) {
    let area = frame.area;
    let title = shortened(&course.title);
    canvas.text((area.left, 24.0), Anchor::Start, "font-size=\"17\" font-weight=\"600\"", &title);
    canvas.text((area.left, 43.0), Anchor::Start, SMALL, &counts(course));
    for offset in frame.offsets.ticks(GAP) {
        let y = frame.y(offset);
        let style = if offset == 0 { ZERO } else { GRID };
        canvas.line((area.left, y), (area.right, y), style);
        canvas.text((area.left - 8.0, y + 4.0), Anchor::End, SMALL, &label(offset));
    }
    for at in frame.times.ticks() {
        let x = frame.x(at);
        canvas.line((x, area.top), (x, area.bottom), GRID);
        canvas.text((x, area.bottom + 18.0), Anchor::Middle, SMALL, &units::span(at));
    }
    canvas.rect(&area, EDGE);
    let middle = f64::midpoint(area.left, area.right);
    let from = format!("true time since {}", moment(course));
    canvas.text((middle, area.bottom + 42.0), Anchor::Middle, "", &from);
    let across = f64::midpoint(area.top, area.bottom);
    let turned = format!("transform=\"rotate(-90 20 {across})\"");
    let bent = if frame.offsets.is_straight() { "" } else { "  (logarithmic either way from 0)" };
    let name = format!("clock minus true time{bent}");
    canvas.text((20.0, across), Anchor::Middle, &turned, &name);
}

/// `29 requests: 28 granted, 1 refused`.
fn counts(course: &Course) -> String {
    let of = |wanted: fn(bool) -> bool| {
        let results = course.requests.iter().filter_map(|dot| dot.result);
        results.filter(|result| wanted(result.is_ok())).count()
    };
    let (granted, refused) = (of(|ok| ok), of(|ok| !ok));
    let silent = course.requests.len() - granted - refused;
    let silent = if silent == 0 { String::new() } else { format!(", {silent} unanswered") };
    let length = units::span_apart(course.length.max(Nanos(0)));
    let noun = if course.requests.len() == 1 { "request" } else { "requests" };
    let total = course.requests.len();
    format!("{length} of true time, {total} {noun}: {granted} granted, {refused} refused{silent}")
}

/// The start to the second.
fn moment(course: &Course) -> String {
    let text = course.start.filetime().to_string();
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}

fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE {
        return title.to_owned();
    }
    title.chars().take(TITLE).chain(['…']).collect()
}
