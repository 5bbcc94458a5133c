//! The words of a query.

use crate::text::TextError;

/// A word, and its column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) column: usize,
    pub(super) kind: Kind,
}

/// What kind of word it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A keyword or a name.
    Name(String),
    /// A text, without its quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `*`, `,`, a bracket or a comparison.
    Sign(&'static str),
}

/// Two-letter signs before their first letters.
const SIGNS: [&str; 11] = ["<>", "!=", "<=", ">=", "<", ">", "=", "*", ",", "(", ")"];

/// Cuts a query into its words.
pub(super) fn cut(text: &str) -> Result<Vec<Token>, TextError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut column = 1;
    loop {
        let trimmed = rest.trim_start();
        column += count(rest) - count(trimmed);
        rest = trimmed;
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (kind, left) = match first {
            '\'' | '"' => quoted(rest, first, column)?,
            _ if first.is_alphabetic() || first == '_' => {
                let (name, left) = span(rest, |c| c.is_alphanumeric() || c == '_');
                (Kind::Name(name.to_owned()), left)
            }
            _ if first.is_ascii_digit() || first == '-' => number(rest, column)?,
            _ => sign(rest, column)?,
        };
        tokens.push(Token { column, kind });
        column += count(rest) - count(left);
        rest = left;
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// The longest beginning of characters that fit, and what is left.
fn span(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !fits(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A text in quotes; a backslash takes the next character as it is.
fn quoted(text: &str, quote: char, column: usize) -> Result<(Kind, &str), TextError> {
    let mut found = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let left = text.get(at + letter.len_utf8()..).unwrap_or_default();
            return Ok((Kind::Text(found), left));
        }
        let plain = match letter {
            '\\' => letters.next().map(|(_, escaped)| escaped),
            _ => Some(letter),
        };
        found.extend(plain);
    }
    Err(TextError::new(column, format!("the text is not closed by {quote}")))
}

/// A whole number, decimal or after `0x` hexadecimal.
fn number(text: &str, column: usize) -> Result<(Kind, &str), TextError> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text),
    };
    let (digits, left) = span(unsigned, |c| c.is_ascii_alphanumeric());
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let found = match hexadecimal {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    match found {
        Ok(number) => Ok((Kind::Number(sign * number), left)),
        Err(_) => Err(TextError::new(column, format!("{digits:?} is no whole number"))),
    }
}

fn sign(text: &str, column: usize) -> Result<(Kind, &str), TextError> {
    for sign in SIGNS {
        if let Some(left) = text.strip_prefix(sign) {
            return Ok((Kind::Sign(sign), left));
        }
    }
    let odd = text.chars().next().unwrap_or_default();
    Err(TextError::new(column, format!("{odd:?} stands in no query")))
}
