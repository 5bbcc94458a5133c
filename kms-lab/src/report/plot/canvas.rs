//! The SVG text as it grows.

use std::fmt::Write as _;

use crate::report::clean::clean;
use crate::report::course::Course;

/// The picture's width.
pub const WIDTH: f64 = 1200.0;

/// The picture's height.
pub const HEIGHT: f64 = 600.0;

/// A rectangle in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The left edge.
    pub left: f64,
    /// The upper edge.
    pub top: f64,
    /// The right edge.
    pub right: f64,
    /// The lower edge.
    pub bottom: f64,
}

/// Where a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At the point.
    Start,
    /// Around the point.
    Middle,
    /// It ends at the point.
    End,
}

/// An SVG being written.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    text: String,
}

impl Canvas {
    /// The document's head: its size, its name for those who cannot see it, its ground.
    pub fn open(&mut self, course: &Course) {
        let title = escaped(&course.title);
        let (clocks, requests) = (course.clocks.len(), course.requests.len());
        let _ = writeln!(
            self.text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" font-family=\"sans-serif\" \
             font-size=\"13\" fill=\"#24292f\">\n<title>{title}</title>\n\
             <desc>The offsets of {clocks} clocks from true time, and {requests} requests.</desc>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"
        );
    }

    /// What follows stays within `area`.
    pub fn clip(&mut self, area: &Area) {
        // Marks on the edge are drawn whole.
        const SLACK: f64 = 6.0;
        let (width, height) = (area.right - area.left, area.bottom - area.top);
        let _ = writeln!(
            self.text,
            "<clipPath id=\"area\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n\
             <g clip-path=\"url(#area)\">",
            number(area.left - SLACK),
            number(area.top - SLACK),
            number(width + 2.0 * SLACK),
            number(height + 2.0 * SLACK)
        );
    }

    /// Ends what [`Canvas::clip`] began.
    pub fn unclip(&mut self) {
        self.text.push_str("</g>\n");
    }

    /// The whole document.
    pub fn close(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    /// A straight line in the style of these attributes.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let _ = writeln!(
            self.text,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {style}/>",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        );
    }

    /// A rectangle in the style of these attributes.
    pub fn rect(&mut self, area: &Area, style: &str) {
        let _ = writeln!(
            self.text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {style}/>",
            number(area.left),
            number(area.top),
            number(area.right - area.left),
            number(area.bottom - area.top)
        );
    }

    /// Straight lines from point to point; nothing for fewer than two.
    pub fn path(&mut self, points: &[(f64, f64)], close: bool, style: &str) {
        if points.len() < 2 {
            return;
        }
        self.text.push_str("<path d=\"");
        for (index, (x, y)) in points.iter().enumerate() {
            let command = if index == 0 { 'M' } else { 'L' };
            let _ = write!(self.text, "{command}{} {}", number(*x), number(*y));
        }
        let end = if close { "Z" } else { "" };
        let _ = writeln!(self.text, "{end}\" {style}/>");
    }

    /// A piece of a path at a point, with a text for those who point at it.
    pub fn mark(&mut self, shape: &str, style: &str, told: Option<&str>) {
        let told = told.map(|told| format!("<title>{}</title>", escaped(told))).unwrap_or_default();
        let _ = writeln!(self.text, "<path d=\"{shape}\" {style}>{told}</path>");
    }

    /// A text.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, style: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let space = if style.is_empty() { "" } else { " " };
        let _ = writeln!(
            self.text,
            "<text x=\"{}\" y=\"{}\"{anchor}{space}{style}>{}</text>",
            number(at.0),
            number(at.1),
            escaped(text)
        );
    }
}

/// A coordinate to a tenth, without needless zeros: the same on every machine.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text as XML holds it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // The two no XML document may hold.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
