//! The clocks' lines.

use kms_proto::time::duration::Nanos;

use crate::report::course::{Course, Role, Track};
use crate::report::plot::canvas::Canvas;
use crate::report::plot::frame::Frame;
use crate::report::plot::{palette, thin};

/// Draws every clock: hosts broad and below, so that a machine on its host's time shows both.
pub fn draw(frame: &Frame, course: &Course, canvas: &mut Canvas) {
    let mut order: Vec<(usize, &Track)> = course.clocks.iter().enumerate().collect();
    order.sort_by_key(|(_, track)| track.role != Role::Host);
    for (index, track) in order {
        let stroke = palette::stroke(course, index);
        canvas.path(&way(frame, course, track, 0), false, &stroke);
    }
}

/// The points of a clock's line, `shift` above it, to the end of the picture.
pub fn way(frame: &Frame, course: &Course, track: &Track, shift: i128) -> Vec<(f64, f64)> {
    let mut points = Vec::with_capacity(track.samples.len());
    let mut last: Option<(Nanos, i128)> = None;
    for sample in &track.samples {
        let here = (sample.at, sample.offset + shift);
        match last {
            Some(before) => frame.bent(before, here, &mut points),
            None => points.push((frame.x(here.0), frame.y(here.1))),
        }
        last = Some(here);
    }
    // A clock that was not read again is drawn on as it was.
    if let Some((at, offset)) = last
        && at < course.length
    {
        points.push((frame.x(course.length), frame.y(offset)));
    }
    thin::thin(&points)
}
