//! Where a verb writes: stdout for machines where asked, stderr for people.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// The two streams and whether they may carry colour.
pub struct Console<'a> {
    /// The result.
    pub out: &'a mut dyn Write,
    /// Remarks for people.
    pub err: &'a mut dyn Write,
    /// Whether `out` is a terminal that wants colour.
    pub colour: bool,
}

impl Console<'_> {
    /// `text` in `style`, or as it is where colour is not wanted.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("colour", &self.colour).finish_non_exhaustive()
    }
}

/// A heading.
pub const HEADING: Style = Style::new().bold();

/// Something refused or failed.
pub const BAD: Style = AnsiColor::Red.on_default();

/// Something granted or passed.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// What stands beside the matter.
pub const ASIDE: Style = Style::new().dimmed();
