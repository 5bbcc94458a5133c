//! What may be written where: the one table that reading, error messages and the schema share.

use kms_proto::text::TextError;

use crate::scenario::node::Value;

/// A table of a scenario.
#[derive(Debug)]
pub struct Shape {
    /// How it is written: `[[machine]]`.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The keys it has.
    pub keys: &'static [Key],
    /// Keys it does not have though people look for them, and what to write instead.
    pub instead: &'static [(&'static str, &'static str)],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub form: Form,
    /// Whether the table needs it.
    pub required: bool,
    /// Whether its value may be drawn from the seed.
    pub drawable: bool,
    /// What it means, with its unit and what holds when it is left out.
    pub about: &'static str,
}

impl Key {
    /// A key that may be left out, and may be drawn.
    pub const fn new(name: &'static str, form: Form, about: &'static str) -> Self {
        Self { name, form, required: false, drawable: true, about }
    }

    /// The same key, which the table needs.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same key, whose value is never drawn.
    #[must_use]
    pub const fn fixed(self) -> Self {
        Self { drawable: false, ..self }
    }
}

/// A grammar of texts.
#[derive(Debug)]
pub struct Grammar {
    /// What is expected, in words: `a length such as "90s"`.
    pub words: &'static str,
    /// A regular expression (ECMA 262) that every such text matches.
    pub pattern: &'static str,
    /// Reads such a text.
    pub check: fn(&str) -> Result<(), TextError>,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A string of a grammar.
    Text(&'static Grammar),
    /// An integer between two ends, both inside.
    Integer(u64, u64),
    /// An integer between two ends, both inside, that may be below 0.
    Signed(i64, i64),
    /// A number between two ends, both inside.
    Number(f64, f64),
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table.
    Table(&'static Shape),
    /// An array of tables.
    Tables(&'static Shape),
    /// An array.
    List(&'static Form),
    /// A table of any keys.
    Map(&'static Form),
    /// One of several forms, no two of one kind.
    Either(&'static [Form]),
    /// A string, a number, or a flag.
    Scalar,
    /// Any value.
    Anything,
    /// An array of tables whose keys depend on their `op`.
    Events,
    /// A table whose keys depend on its `kind`.
    Do,
}

impl Form {
    /// What is expected, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Text(grammar) => grammar.words.to_owned(),
            Self::Integer(least, most) if least == most => format!("the integer {least}"),
            Self::Integer(least, u64::MAX) => format!("an integer from {least}"),
            Self::Integer(least, most) => format!("an integer from {least} to {most}"),
            Self::Signed(least, most) => format!("an integer from {least} to {most}"),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Flag => "true or false".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Table(_) | Self::Map(_) => "a table".to_owned(),
            Self::Tables(shape) => format!("an array of tables, written {}", shape.name),
            Self::List(form) => format!("an array, each element {}", form.words()),
            Self::Either(forms) => forms.iter().map(Self::words).collect::<Vec<_>>().join(", or "),
            Self::Anything => "a value".to_owned(),
            Self::Scalar => "a string, a number, or true or false".to_owned(),
            Self::Events => "an array of tables, written [[clock.event]]".to_owned(),
            Self::Do => "a table with a kind, such as { kind = \"rst\" }".to_owned(),
        }
    }

    /// Whether a value is of this kind, whatever it says.
    pub fn is_kind_of(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Either(forms), _) => forms.iter().any(|form| form.is_kind_of(value)),
            (Self::Anything, _)
            | (Self::Text(_) | Self::Word(_) | Self::Scalar, Value::Text(_))
            | (
                Self::Integer(..) | Self::Signed(..) | Self::Number(..) | Self::Scalar,
                Value::Integer(_),
            )
            | (Self::Number(..) | Self::Scalar, Value::Float(_))
            | (Self::Flag | Self::Scalar, Value::Flag(_))
            | (Self::Table(_) | Self::Map(_) | Self::Do, Value::Table(_))
            | (Self::Tables(_) | Self::List(_) | Self::Events, Value::List(_)) => true,
            _ => false,
        }
    }
}

/// A number as a float; NaN where it is none.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "limits are small numbers")]
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Float(number) => *number,
        Value::Integer(number) => *number as f64,
        _ => f64::NAN,
    }
}
