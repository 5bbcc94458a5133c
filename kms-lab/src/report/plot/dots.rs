//! Requests, where their senders' clocks stood.

use std::collections::BTreeSet;

use kms_proto::kms::hresult::HResult;

use crate::report::course::{Course, Dot};
use crate::report::plot::canvas::{Canvas, number};
use crate::report::plot::frame::Frame;
use crate::report::plot::offsets::label;
use crate::report::plot::palette::{GRANTED, REFUSED, REFUSED_OTHERWISE, UNANSWERED};
use crate::report::units::span;

/// With more requests than this, what pointing at one tells is left out.
const TOLD: usize = 2_000;

/// How a request ended, as it is drawn; later ones are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Granted.
    Granted,
    /// No answer came.
    Unanswered,
    /// Refused for another reason.
    RefusedOtherwise,
    /// Refused for its timestamp.
    Refused,
}

impl Fate {
    /// How a request with this result ended.
    pub fn of(result: Option<HResult>) -> Self {
        match result {
            None => Self::Unanswered,
            Some(result) if result.is_ok() => Self::Granted,
            Some(HResult(0xC004_F06C)) => Self::Refused,
            Some(_) => Self::RefusedOtherwise,
        }
    }

    /// Draws the mark at a point.
    pub fn draw(self, (x, y): (f64, f64), told: Option<&str>, canvas: &mut Canvas) {
        let (x, y) = (number(x), number(y));
        let round =
            |r: u8| format!("M{x} {y}m-{r} 0a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 -{} 0", 2 * r, 2 * r);
        let cross = format!("M{x} {y}m-5 -5l10 10m0 -10l-10 10");
        let (shape, style) = match self {
            Self::Granted => (round(4), format!("fill=\"{GRANTED}\"")),
            Self::Unanswered => {
                (round(4), format!("fill=\"#ffffff\" stroke=\"{UNANSWERED}\" stroke-width=\"1.6\""))
            }
            Self::RefusedOtherwise => (
                cross,
                format!("fill=\"none\" stroke=\"{REFUSED_OTHERWISE}\" stroke-width=\"1.6\""),
            ),
            Self::Refused => {
                (cross, format!("fill=\"none\" stroke=\"{REFUSED}\" stroke-width=\"2.4\""))
            }
        };
        canvas.mark(&shape, &style, told);
    }
}

/// Draws every request; those no eye can tell apart are drawn once.
pub fn draw(frame: &Frame, course: &Course, canvas: &mut Canvas) {
    let many = course.requests.len() > TOLD;
    let mut drawn = BTreeSet::new();
    for fate in [Fate::Granted, Fate::Unanswered, Fate::RefusedOtherwise, Fate::Refused] {
        for dot in course.requests.iter().filter(|dot| Fate::of(dot.result) == fate) {
            let (x, y) = (frame.x(dot.at), frame.y(dot.offset));
            let at = if many { (even(x), even(y)) } else { (x, y) };
            if drawn.insert((fate, number(at.0), number(at.1))) {
                let told = (!many).then(|| told(dot));
                fate.draw(at, told.as_deref(), canvas);
            }
        }
    }
}

/// On a grid a quarter of a mark wide.
fn even(value: f64) -> f64 {
    (value / 2.0).round() * 2.0
}

fn told(dot: &Dot) -> String {
    let result = dot.result.map_or("no answer".to_owned(), |result| result.to_string());
    format!("{} at {}: clock {}, {result}", dot.actor, span(dot.at), label(dot.offset))
}
