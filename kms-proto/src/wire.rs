//! The two verbs every structure here speaks, and the shapes they share.

use bytes::BytesMut;
use nom::{IResult, Parser};

use crate::error::{DecodeError, Reason, Stop};
pub use crate::order::Order;
use crate::write::Writer;

/// What a parser returns: the bytes after the value, and the value.
pub type Parsed<'a, T> = IResult<&'a [u8], T, Stop>;

/// A structure with one canonical encoding in each byte order.
///
/// INVARIANT: `from_bytes(&value.to_bytes(order), order) == Ok(value)`
pub trait Wire<'a>: Sized {
    /// Reads one value from the front of `input`.
    ///
    /// # Errors
    ///
    /// When `input` does not start with a well-formed value.
    fn parse(input: &'a [u8], order: Order) -> Parsed<'a, Self>;

    /// Writes the value to the end of `out`, in the writer's byte order.
    fn emit(&self, out: &mut Writer<'_>);

    /// Reads one value that fills `bytes` exactly.
    ///
    /// # Errors
    ///
    /// When `bytes` are not one well-formed value and nothing else.
    fn from_bytes(bytes: &'a [u8], order: Order) -> Result<Self, DecodeError> {
        let (rest, value) = Self::parse(bytes, order).map_err(|e| located(&e, bytes.len()))?;
        if rest.is_empty() {
            return Ok(value);
        }
        let reason = Reason::Trailing(rest.len());
        Err(Stop { field: "trailing", reason, left: rest.len() }.within(bytes.len()))
    }

    /// Returns the value's encoding in `order`.
    fn to_bytes(&self, order: Order) -> BytesMut {
        let mut bytes = BytesMut::new();
        self.emit(&mut Writer::new(&mut bytes, order));
        bytes
    }
}

/// Turns nom's error into ours, `whole` being the length of what was parsed.
pub const fn located(error: &nom::Err<Stop>, whole: usize) -> DecodeError {
    match error {
        nom::Err::Error(stop) | nom::Err::Failure(stop) => stop.within(whole),
        // No `streaming` parser is used, so this arm only satisfies the type.
        nom::Err::Incomplete(_) => {
            DecodeError { field: "pdu", reason: Reason::Truncated, offset: whole }
        }
    }
}

/// Runs `parser`, and gives its error the field's name in the specification.
pub fn field<'a, P>(
    name: &'static str,
    mut parser: P,
) -> impl FnMut(&'a [u8]) -> Parsed<'a, P::Output>
where
    P: Parser<&'a [u8], Error = Stop>,
{
    move |input| {
        parser.parse(input).map_err(|error| match error {
            nom::Err::Error(stop) if stop.field.is_empty() => {
                nom::Err::Error(Stop { field: name, ..stop })
            }
            other => other,
        })
    }
}

/// One byte.
///
/// # Errors
///
/// When no byte is left.
pub fn u8(input: &[u8]) -> Parsed<'_, u8> {
    nom::number::complete::u8(input)
}

// The integers are arrays turned over, one load each: nom's own go byte by byte, which costs a
// message of thirty fields more than all else in it.

/// Two bytes in `order`.
pub fn u16<'a>(order: Order) -> impl FnMut(&'a [u8]) -> Parsed<'a, u16> {
    move |input| {
        let (rest, bytes) = array::<2>(input)?;
        let value = match order {
            Order::Little => u16::from_le_bytes(bytes),
            Order::Big => u16::from_be_bytes(bytes),
        };
        Ok((rest, value))
    }
}

/// Four bytes in `order`.
pub fn u32<'a>(order: Order) -> impl FnMut(&'a [u8]) -> Parsed<'a, u32> {
    move |input| {
        let (rest, bytes) = array::<4>(input)?;
        let value = match order {
            Order::Little => u32::from_le_bytes(bytes),
            Order::Big => u32::from_be_bytes(bytes),
        };
        Ok((rest, value))
    }
}

/// Eight bytes in `order`.
pub fn u64<'a>(order: Order) -> impl FnMut(&'a [u8]) -> Parsed<'a, u64> {
    move |input| {
        let (rest, bytes) = array::<8>(input)?;
        let value = match order {
            Order::Little => u64::from_le_bytes(bytes),
            Order::Big => u64::from_be_bytes(bytes),
        };
        Ok((rest, value))
    }
}

/// The next `count` bytes as they are.
pub fn take<'a>(count: usize) -> impl FnMut(&'a [u8]) -> Parsed<'a, &'a [u8]> {
    nom::bytes::complete::take(count)
}

/// The next `N` bytes as an array.
///
/// # Errors
///
/// When fewer than `N` bytes are left.
pub fn array<const N: usize>(input: &[u8]) -> Parsed<'_, [u8; N]> {
    match input.split_first_chunk::<N>() {
        Some((head, rest)) => Ok((rest, *head)),
        None => Err(Stop::at("", input, Reason::Truncated)),
    }
}
