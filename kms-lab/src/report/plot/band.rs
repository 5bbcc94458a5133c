//! The window: where a client's clock may be, around its host's.

use crate::report::course::{Course, Track};
use crate::report::plot::canvas::Canvas;
use crate::report::plot::frame::{Frame, window};
use crate::report::plot::tracks;

/// The band's ground.
pub const GROUND: &str = "fill=\"#2da44e\" fill-opacity=\"0.10\" stroke=\"none\"";

/// The band's edges, which are inside it.
pub const EDGE: &str =
    "fill=\"none\" stroke=\"#2da44e\" stroke-opacity=\"0.7\" stroke-dasharray=\"5 4\"";

/// Draws every host's window.
pub fn draw(frame: &Frame, course: &Course, canvas: &mut Canvas) {
    for host in &course.clocks {
        let Some((behind, ahead)) = window(host) else { continue };
        let upper = edge(frame, course, host, ahead);
        let lower = edge(frame, course, host, behind);
        let around: Vec<(f64, f64)> = upper.iter().chain(lower.iter().rev()).copied().collect();
        canvas.path(&around, true, GROUND);
        canvas.path(&upper, false, EDGE);
        canvas.path(&lower, false, EDGE);
    }
}

fn edge(frame: &Frame, course: &Course, host: &Track, distance: i128) -> Vec<(f64, f64)> {
    tracks::way(frame, course, host, distance)
}
