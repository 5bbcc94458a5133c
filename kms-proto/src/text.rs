//! Texts people type: what was wrong with one, and in which column.

use core::fmt;

/// A text that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The column of the first character that is wrong, counted from 1 in characters.
    pub column: usize,
    /// What is wrong, and where it helps, what would be right.
    pub message: String,
}

impl TextError {
    /// An error at `column`.
    pub fn new(column: usize, message: impl Into<String>) -> Self {
        Self { column, message: message.into() }
    }

    /// The same error in a longer text, `columns` characters of which stand before this one.
    #[must_use]
    pub fn after(mut self, columns: usize) -> Self {
        self.column = self.column.saturating_add(columns);
        self
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "col {}: {}", self.column, self.message)
    }
}

impl core::error::Error for TextError {}

/// Bytes as lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Reads hexadecimal digits; white space, `:` and `-` may stand between bytes.
///
/// # Errors
///
/// When a character is no digit, or a byte has only one digit.
pub fn from_hex(text: &str) -> Result<Vec<u8>, TextError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<(usize, u32)> = None;
    for (column, c) in (1..).zip(text.chars()) {
        if c.is_whitespace() || c == ':' || c == '-' {
            if let Some((at, _)) = high {
                return Err(TextError::new(at, "a byte needs two hexadecimal digits"));
            }
            continue;
        }
        let Some(digit) = c.to_digit(16) else {
            return Err(TextError::new(column, format!("{c:?} is no hexadecimal digit")));
        };
        high = match high {
            None => Some((column, digit)),
            Some((_, first)) => {
                bytes.push(u8::try_from(first * 16 + digit).unwrap_or(u8::MAX));
                None
            }
        };
    }
    match high {
        Some((at, _)) => Err(TextError::new(at, "a byte needs two hexadecimal digits")),
        None => Ok(bytes),
    }
}
