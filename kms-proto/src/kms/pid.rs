//! The extended product id by which a host names itself.

use core::fmt;

use crate::error::{Reason, Stop};
use crate::wire::{Parsed, take};
use crate::write::Writer;

/// Units of UTF-16 the wire allows, its NUL included: 128 bytes.
pub const MAX_UNITS: usize = 64;

/// An extended PID: 0 to 63 UTF-16 units that are not NUL, written with one NUL behind them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pid {
    units: [u16; MAX_UNITS],
    /// INVARIANT: `length < MAX_UNITS`, and `units[length..]` are zero.
    length: usize,
}

impl Pid {
    /// A PID of at most 63 units without NUL.
    pub fn new(text: &str) -> Option<Self> {
        let mut units = [0; MAX_UNITS];
        let mut length = 0;
        for unit in text.encode_utf16() {
            *units.get_mut(length).filter(|_| length + 1 < MAX_UNITS && unit != 0)? = unit;
            length += 1;
        }
        Some(Self { units, length })
    }

    /// Bytes on the wire, the NUL included: `PIDSize`.
    pub fn size(&self) -> u32 {
        u32::try_from((self.length + 1) * 2).unwrap_or(u32::MAX)
    }

    /// The bytes a `PIDSize` says, when it is legal: even, 2 to 128.
    pub fn legal_size(size: u32) -> Option<usize> {
        let bytes = usize::try_from(size).ok()?;
        (bytes.is_multiple_of(2) && (2..=MAX_UNITS * 2).contains(&bytes)).then_some(bytes)
    }

    /// Reads `size` bytes.
    ///
    /// # Errors
    ///
    /// When `size` is odd, or not in 2..=128; when the bytes are not there; when the last unit is
    /// not the only NUL.
    pub fn parse(input: &[u8], size: u32) -> Parsed<'_, Self> {
        const NAME: &str = "extended_pid";
        let Some(bytes) = Self::legal_size(size) else {
            return Err(Stop::at("pid_size", input, Reason::Value(size.into())));
        };
        let (rest, raw) =
            take(bytes)(input).map_err(|_| Stop::at(NAME, input, Reason::Truncated))?;
        let mut units = [0; MAX_UNITS];
        for (unit, pair) in units.iter_mut().zip(raw.as_chunks::<2>().0) {
            *unit = u16::from_le_bytes(*pair);
        }
        let length = units.iter().position(|unit| *unit == 0).unwrap_or(MAX_UNITS);
        if (length + 1) * 2 == bytes {
            Ok((rest, Self { units, length }))
        } else {
            let reason = Reason::Text("the last unit must be the only NUL");
            Err(Stop::at(NAME, input, reason))
        }
    }

    /// Writes the units and their NUL.
    pub fn emit(&self, out: &mut Writer<'_>) {
        let mut bytes = [0; MAX_UNITS * 2];
        for (pair, unit) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(&self.units) {
            *pair = unit.to_le_bytes();
        }
        out.bytes("extended_pid", bytes.get(..(self.length + 1) * 2).unwrap_or_default());
    }
}

/// No text: the NUL alone.
impl Default for Pid {
    fn default() -> Self {
        Self { units: [0; MAX_UNITS], length: 0 }
    }
}

/// The text, with U+FFFD for lone surrogates.
impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        char::decode_utf16(self.units.iter().copied().take(self.length))
            .try_for_each(|c| f.write_char(c.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pid({:?})", self.to_string())
    }
}

impl serde::Serialize for Pid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
