//! The machine's name in a request: 64 UTF-16 units, NUL-padded.

use core::fmt;

use crate::error::{Reason, Stop};
use crate::wire::{Parsed, array};
use crate::write::Writer;

/// Units of UTF-16 on the wire.
pub const UNITS: usize = 64;

/// The name as the wire carries it: any 64 units are legal, a NUL ends the name.
///
/// Shown with replacement characters where the units are no text; the raw units are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MachineName {
    units: [u16; UNITS],
}

impl MachineName {
    /// A name of at most 63 UTF-16 units without NUL.
    pub fn new(name: &str) -> Option<Self> {
        let mut units = [0; UNITS];
        let mut encoded = name.encode_utf16();
        for place in units.iter_mut().take(UNITS - 1) {
            match encoded.next() {
                Some(0) => return None,
                Some(unit) => *place = unit,
                None => break,
            }
        }
        encoded.next().is_none().then_some(Self { units })
    }

    /// A name from raw units, whatever they are.
    pub const fn from_units(units: [u16; UNITS]) -> Self {
        Self { units }
    }

    /// The 64 units as they stood on the wire.
    pub const fn units(&self) -> &[u16; UNITS] {
        &self.units
    }

    /// The units before the first NUL; all 64 when there is none.
    pub fn text_units(&self) -> &[u16] {
        self.units.split(|unit| *unit == 0).next().unwrap_or_default()
    }

    /// Whether a NUL ends the name and only NULs follow it: what a well-behaved client sends.
    pub fn is_tidy(&self) -> bool {
        let name = self.text_units().len();
        name < UNITS && self.units.iter().skip(name).all(|unit| *unit == 0)
    }

    /// Reads 128 bytes.
    ///
    /// # Errors
    ///
    /// When fewer are left.
    pub fn parse(input: &[u8]) -> Parsed<'_, Self> {
        let (rest, bytes) = array::<{ UNITS * 2 }>(input)
            .map_err(|_| Stop::at("machine_name", input, Reason::Truncated))?;
        let mut units = [0; UNITS];
        for (unit, pair) in units.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *unit = u16::from_le_bytes(*pair);
        }
        Ok((rest, Self { units }))
    }

    /// Writes 128 bytes.
    pub fn emit(&self, out: &mut Writer<'_>) {
        let mut bytes = [0; UNITS * 2];
        for (pair, unit) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(&self.units) {
            *pair = unit.to_le_bytes();
        }
        out.bytes("machine_name", &bytes);
    }
}

/// The text before the first NUL, with U+FFFD for lone surrogates.
impl fmt::Display for MachineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        char::decode_utf16(self.text_units().iter().copied())
            .try_for_each(|c| f.write_char(c.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

impl fmt::Debug for MachineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MachineName({:?})", self.to_string())
    }
}

impl serde::Serialize for MachineName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_three_units_fit_and_no_more() {
        assert!(MachineName::new(&"a".repeat(63)).unwrap().is_tidy());
        assert_eq!(MachineName::new(&"a".repeat(64)), None);
        assert_eq!(MachineName::new("a\0b"), None);
        assert_eq!(MachineName::new("Büro-7").unwrap().to_string(), "Büro-7");
    }

    #[test]
    fn units_that_are_no_text_are_shown_and_kept() {
        let mut units = [0xd800; UNITS];
        units[0] = 0x41;
        let name = MachineName::from_units(units);
        assert!(name.to_string().starts_with("A\u{fffd}\u{fffd}"));
        assert_eq!((name.units()[63], name.is_tidy()), (0xd800, false));
    }
}
