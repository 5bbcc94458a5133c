//! A scenario written by the tables that say what may be: mostly right, so that what reads it comes
//! far.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex};

use kms_lab::scenario::form::{Form, Grammar, Key, Shape};
use kms_lab::scenario::grammars::{ID, ID_OR_ANY};
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
    "[{ at = \"2h\", op = \"freeze\" }, { at = \"3h\", op = \"resume\", sync = true }]",
    "[{ every = \"1h\", op = \"rate\", ppm = 200 }]",
    "[]",
];

/// How deep tables go.
const DEEPEST: usize = 6;

/// The most characters that are written.
const MOST: usize = 8_192;

/// A file: every key that is needed, and those the input chooses.
pub(super) fn text(input: Input<'_>) -> String {
    let mut pen = Pen { input, out: String::new(), place: ("", ""), named: BTreeSet::new() };
    for key in root::SHAPE.keys {
        if pen.wants(key) {
            pen.place = ("", key.name);
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
    /// The table and the key whose value is written.
    place: (&'static str, &'static str),
    /// The ids that were given.
    named: BTreeSet<String>,
}

impl Pen<'_> {
    fn wants(&mut self, key: &Key) -> bool {
        let choice = self.input.u8();
        let odd = ["include", "sweep", "mode"].contains(&key.name);
        ((key.required || key.name == "id") && choice != 0xff)
            || (choice.is_multiple_of(if odd { 97 } else { 5 }) && self.out.len() < MOST)
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
            Form::Text(grammar)
                if grammar.words == ID.words || grammar.words == ID_OR_ANY.words =>
            {
                let name = self.name(choice);
                self.quoted(&name);
            }
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
            Form::Signed(least, most) => {
                let number = [*least, *most, 0, -1, 1].get(choice % 5).copied();
                let _ = write!(self.out, "{}", number.unwrap_or_default());
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
                self.out.push_str("{ pc = ");
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

    /// An id: what is named first in a file is what other tables name.
    fn name(&mut self, choice: usize) -> String {
        let base = match self.place {
            ("[[host]]", "id") | (_, "host" | "to") => "kms",
            ("[[machine]]", "id") | (_, "machine" | "client" | "from" | "on") => "pc",
            ("[[fault]]", "id") | (_, "fault") => "fault",
            ("[[time_source]]", "id") | (_, "source") => "time",
            (_, "id" | "name") => "id",
            _ => ["pc", "kms", "pc", "time"].get(choice % 4).copied().unwrap_or("pc"),
        };
        if self.place.1 != "id" || choice == 0xfd || self.named.insert(base.to_owned()) {
            return base.to_owned();
        }
        let own = format!("{base}-{}", self.named.len());
        self.named.insert(own.clone());
        own
    }

    fn table(&mut self, shape: &'static Shape, depth: usize) {
        self.out.push_str("{ ");
        let mut comma = "";
        for key in shape.keys {
            if depth < DEEPEST && self.wants(key) {
                let _ = write!(self.out, "{comma}{} = ", key.name);
                self.place = (shape.name, key.name);
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

/// The texts here that a grammar takes, by its words.
static TAKEN: LazyLock<Mutex<BTreeMap<&'static str, Vec<&'static str>>>> =
    LazyLock::new(Mutex::default);

/// A text the grammar takes, if any here is one; rarely one it may not.
fn told(grammar: &'static Grammar, choice: usize) -> String {
    let all: Vec<&str> = grammar.words.split('"').skip(1).step_by(2).chain(TEXTS).collect();
    let pick = |from: &[&str]| from.get(choice % from.len().max(1)).copied().map(str::to_owned);
    if choice.is_multiple_of(61) {
        return pick(&all).unwrap_or_default();
    }
    let Ok(mut known) = TAKEN.lock() else { return String::new() };
    let taken = known.entry(grammar.words).or_insert_with(|| {
        all.iter().copied().filter(|text| (grammar.check)(text).is_ok()).collect()
    });
    pick(taken).or_else(|| pick(&all)).unwrap_or_default()
}
