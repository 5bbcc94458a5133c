//! Where things lie in the picture.

use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;

use crate::report::course::{Course, Track};
use crate::report::plot::canvas::{Area, HEIGHT, WIDTH};
use crate::report::plot::offsets::Offsets;
use crate::report::plot::times::Times;
use crate::report::units::float;

/// The plotting area and its two axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The plotting area.
    pub area: Area,
    /// The vertical axis.
    pub offsets: Offsets,
    /// The horizontal axis.
    pub times: Times,
}

impl Frame {
    /// A frame that holds all of `course`.
    pub fn of(course: &Course) -> Self {
        let area = Area { left: 96.0, top: 56.0, right: WIDTH - 236.0, bottom: HEIGHT - 62.0 };
        let mut extremes: Vec<(i128, i128)> = course.clocks.iter().filter_map(extremes).collect();
        extremes
            .extend(course.clocks.iter().filter_map(|host| edges(host, extremes_or_zero(host))));
        extremes.extend(course.requests.iter().map(|dot| (dot.offset, dot.offset)));
        Self { area, offsets: Offsets::holding(&extremes), times: Times::lasting(course.length) }
    }

    /// Where a moment lies from the left.
    pub fn x(&self, at: Nanos) -> f64 {
        self.area.left + self.times.place(at) * (self.area.right - self.area.left)
    }

    /// Where an offset lies from the top.
    pub fn y(&self, offset: i128) -> f64 {
        self.top_of(self.offsets.height(offset))
    }

    /// A straight piece of a clock's way as it lies on the axis, without its first point: straight
    /// there too, or in steps of equal height.
    pub fn bent(&self, from: (Nanos, i128), to: (Nanos, i128), into: &mut Vec<(f64, f64)>) {
        const STEPS: u16 = 48;
        let (start, end) = ((self.x(from.0), self.y(from.1)), (self.x(to.0), self.y(to.1)));
        let flat = (start.1 - end.1).abs() < 1.0 || (start.0 - end.0).abs() < 1.0;
        if !flat && !self.offsets.is_straight() {
            let (low, high) = (self.offsets.height(from.1), self.offsets.height(to.1));
            let (first, last) = (float(from.1), float(to.1));
            for step in 1..STEPS {
                let height = low + (high - low) * f64::from(step) / f64::from(STEPS);
                let gone = (self.offsets.at(height) - first) / (last - first);
                into.push((start.0 + (end.0 - start.0) * gone, self.top_of(height)));
            }
        }
        into.push(end);
    }

    fn top_of(&self, height: f64) -> f64 {
        self.area.bottom - height * (self.area.bottom - self.area.top)
    }
}

/// The edges of a host's window around an offset of its clock.
pub fn window(track: &Track) -> Option<(i128, i128)> {
    match track.window? {
        Window::Within { behind, ahead } => Some((-i128::from(behind.0), i128::from(ahead.0))),
        Window::Off => None,
    }
}

fn extremes(track: &Track) -> Option<(i128, i128)> {
    let offsets = track.samples.iter().map(|sample| sample.offset);
    Some((offsets.clone().min()?, offsets.max()?))
}

fn extremes_or_zero(track: &Track) -> (i128, i128) {
    extremes(track).unwrap_or((0, 0))
}

fn edges(track: &Track, (low, high): (i128, i128)) -> Option<(i128, i128)> {
    let (behind, ahead) = window(track)?;
    Some((low + behind, high + ahead))
}
