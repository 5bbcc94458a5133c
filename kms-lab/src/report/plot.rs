//! A run as a picture: every clock's offset over time, the window, every request.
//!
//! The picture is an SVG of 1200 by 600, written by hand: it names no font but the reader's own,
//! fetches nothing and runs nothing.

pub mod axes;
pub mod band;
pub mod canvas;
pub mod dots;
pub mod frame;
pub mod legend;
pub mod offsets;
pub mod palette;
pub mod thin;
pub mod times;
pub mod tracks;

use crate::report::course::Course;
use crate::report::plot::canvas::Canvas;
use crate::report::plot::frame::Frame;

/// A course as an SVG document.
pub fn svg(course: &Course) -> String {
    let frame = Frame::of(course);
    let mut canvas = Canvas::default();
    canvas.open(course);
    axes::draw(&frame, course, &mut canvas);
    canvas.clip(&frame.area);
    band::draw(&frame, course, &mut canvas);
    tracks::draw(&frame, course, &mut canvas);
    dots::draw(&frame, course, &mut canvas);
    canvas.unclip();
    legend::draw(&frame, course, &mut canvas);
    canvas.close()
}
