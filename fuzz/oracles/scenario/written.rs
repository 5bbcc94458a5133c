//! A scenario written by the tables that say what may be: mostly right, so that what reads it comes
//! far.

use std::fmt::Write as _;

use kms_lab::scenario::form::{Form, Grammar, Key, Shape};
use kms_lab::scenario::root;

use super::super::input::Input;

/// Texts that some grammar takes, besides those its own words quote.
const TEXTS: [&str; 16] = [
    "pc-7",
    "*",
    "0",
    "+5h",
    "-30m..+4h",
    "1h",
    "ok",
    "0xC004F06C",
    "2026-01-01T00:00:00Z",
    "preset:am-pm",
    "3..9",
    "kms",
    "local-as-utc:Europe/Berlin",
    "host.lab.example",
    "slmgr /ato",
    "p(99)<5ms",
];

/// What `[[clock.event]]` and `do` may hold.
const EVENTS: [&str; 4] = [
    "[{ at = \"1h\", op = \"step\", by = \"+5h\" }]",
    "[{ at = \"2h\", op = \"freeze\" }, { at = \"3h\", op = \"thaw\" }]",
    "[{ after_reading = 2, op = \"rate\", factor = 1.5 }]",
    "[]",
];

/// How deep tables go.
const DEEPEST: usize = 6;

/// The most characters that are written.
const MOST: usize = 8_192;

/// A file: every key that is needed, and those the input chooses.
pub(super) fn text(input: Input<'_>) -> String {
    let mut pen = Pen { input, out: String::new() };
    for key in root::SHAPE.keys {
        if pen.wants(key) {
            let _ = write!(pen.out, "{} = ", key.name);
            pen.value(&key.form, key.drawable, 0);
            pen.out.push('\n');
        }
    }
    pen.out
}

struct Pen<'a> {
    input: Input<'a>,
    out: String,
}

impl Pen<'_> {
    fn wants(&mut self, key: &Key) -> bool {
        let choice = self.input.u8();
        (key.required && choice != 0xff) || (choice & 1 == 1 && self.out.len() < MOST)
    }

    fn value(&mut self, form: &Form, drawable: bool, depth: usize) {
        let choice = self.input.u8();
        if choice == 0xfe {
            // Something else.
            self.out.push_str("[{}, 1]");
            return;
        }
        if drawable && choice >= 0xf0 {
            self.out.push_str("{ draw = [");
            self.value(form, false, depth + 1);
            self.out.push_str(", ");
            self.value(form, false, depth + 1);
            self.out.push_str("] }");
            return;
        }
        let choice = usize::from(choice);
        match form {
            Form::Text(grammar) => self.quoted(&told(grammar, choice)),
            Form::Word(words) => {
                let word = words.get(choice % words.len().max(1)).copied().unwrap_or_default();
                self.quoted(word);
            }
            Form::Integer(least, most) => {
                let more = u64::try_from(choice % 7).unwrap_or(0);
                let number = least.saturating_add(more).min(*most);
                let _ = write!(self.out, "{}", number.min(i64::MAX.unsigned_abs()));
            }
            Form::Number(least, most) => {
                let number = [*least, *most, least.midpoint(*most)].get(choice % 3).copied();
                let number = number.filter(|number| number.is_finite()).unwrap_or(0.5);
                let _ = write!(self.out, "{number:?}");
            }
            Form::Flag => self.out.push_str(if choice & 1 == 0 { "false" } else { "true" }),
            Form::Scalar | Form::Anything => {
                let some = ["1", "\"x\"", "true", "0.5"];
                self.out.push_str(some.get(choice % 4).copied().unwrap_or_default());
            }
            Form::Table(shape) => self.table(shape, depth),
            Form::Tables(shape) => self.list(1 + choice % 2, |pen| pen.table(shape, depth)),
            Form::List(form) => self.list(choice % 3, |pen| pen.value(form, false, depth + 1)),
            Form::Map(form) => {
                self.out.push_str("{ \"pc-7\" = ");
                self.value(form, false, depth + 1);
                self.out.push_str(" }");
            }
            Form::Either(forms) => {
                if let Some(form) = forms.get(choice % forms.len().max(1)) {
                    self.value(form, false, depth + 1);
                }
            }
            Form::Events => {
                self.out.push_str(EVENTS.get(choice % EVENTS.len()).copied().unwrap_or_default());
            }
            Form::Do => {
                let all: Vec<_> = kms_sim::fault::catalogue::entries().collect();
                let entry = all.get(choice % all.len().max(1));
                self.out.push_str(entry.map_or("{}", |entry| entry.example));
            }
        }
    }

    fn table(&mut self, shape: &Shape, depth: usize) {
        self.out.push_str("{ ");
        let mut comma = "";
        for key in shape.keys {
            if depth < DEEPEST && self.wants(key) {
                let _ = write!(self.out, "{comma}{} = ", key.name);
                self.value(&key.form, key.drawable, depth + 1);
                comma = ", ";
            }
        }
        self.out.push_str(" }");
    }

    fn list(&mut self, count: usize, mut element: impl FnMut(&mut Self)) {
        self.out.push('[');
        for _ in 0..count {
            element(self);
            self.out.push_str(", ");
        }
        self.out.push(']');
    }

    fn quoted(&mut self, text: &str) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(self.out, "\"{escaped}\"");
    }
}

/// A text the grammar takes, if any here is one; rarely one it may not.
fn told(grammar: &Grammar, choice: usize) -> String {
    let quoted = grammar.words.split('"').skip(1).step_by(2);
    let all: Vec<&str> = quoted.chain(TEXTS).collect();
    let taken: Vec<&str> =
        all.iter().copied().filter(|text| (grammar.check)(text).is_ok()).collect();
    let from = if taken.is_empty() || choice.is_multiple_of(61) { &all } else { &taken };
    from.get(choice % from.len().max(1)).copied().unwrap_or_default().to_owned()
}
