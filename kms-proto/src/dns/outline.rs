//! The outline of a DNS message: where its sections and its last record begin.
//!
//! It is walked before anything is read, so that the counts of a header are known to be true, and
//! a signature is found as bytes: what is signed is what was sent, not what would be sent again.

use crate::error::{DecodeError, Reason, Stop};
use crate::wire::{Order, Parsed, field, located, take, u8, u16};

/// The length of a header (RFC 1035 §4.1.1).
pub const HEADER: usize = 12;

/// A message's header and where its last additional record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The id that an answer repeats.
    pub id: u16,
    /// The flags, opcode and response code.
    pub flags: u16,
    /// Entries of the four sections: questions, answers, authorities, additionals.
    pub counts: [u16; 4],
    /// Where the last additional record begins, if there is one.
    pub last: Option<usize>,
}

impl Outline {
    /// Whether it is an answer.
    pub const fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// The kind of query (RFC 1035 §4.1.1): 0 query, 5 update.
    pub const fn opcode(&self) -> u8 {
        let [high, _] = self.flags.to_be_bytes();
        (high >> 3) & 0x0f
    }
}

/// The header alone, for whoever answers that the rest cannot be read.
pub fn header(bytes: &[u8]) -> Option<Outline> {
    parse_header(bytes).ok().map(|(_, outline)| outline)
}

/// The outline of a whole message.
///
/// # Errors
///
/// When a section ends early, a name is of no known form, or bytes are left over.
pub fn outline(bytes: &[u8]) -> Result<Outline, DecodeError> {
    let whole = bytes.len();
    let (rest, outline) = walk(bytes, whole).map_err(|error| located(&error, whole))?;
    if rest.is_empty() {
        return Ok(outline);
    }
    let reason = Reason::Trailing(rest.len());
    Err(Stop { field: "trailing", reason, left: rest.len() }.within(whole))
}

fn parse_header(input: &[u8]) -> Parsed<'_, Outline> {
    let (input, id) = field("id", u16(Order::Big))(input)?;
    let (input, flags) = field("flags", u16(Order::Big))(input)?;
    let (input, questions) = field("qdcount", u16(Order::Big))(input)?;
    let (input, answers) = field("ancount", u16(Order::Big))(input)?;
    let (input, authorities) = field("nscount", u16(Order::Big))(input)?;
    let (input, additionals) = field("arcount", u16(Order::Big))(input)?;
    let counts = [questions, answers, authorities, additionals];
    Ok((input, Outline { id, flags, counts, last: None }))
}

fn walk(input: &[u8], whole: usize) -> Parsed<'_, Outline> {
    let (mut input, mut outline) = parse_header(input)?;
    let [questions, answers, authorities, additionals] = outline.counts;
    for _ in 0..questions {
        input = field("question", question)(input)?.0;
    }
    for _ in 0..u32::from(answers) + u32::from(authorities) {
        input = field("record", record)(input)?.0;
    }
    for _ in 0..additionals {
        outline.last = Some(whole - input.len());
        input = field("additional", record)(input)?.0;
    }
    Ok((input, outline))
}

fn question(input: &[u8]) -> Parsed<'_, ()> {
    let (input, ()) = name(input)?;
    let (input, _) = take(4)(input)?;
    Ok((input, ()))
}

fn record(input: &[u8]) -> Parsed<'_, ()> {
    let (input, ()) = name(input)?;
    // Type, class and time to live.
    let (input, _) = take(8)(input)?;
    let (input, length) = u16(Order::Big)(input)?;
    let (input, _) = take(length.into())(input)?;
    Ok((input, ()))
}

/// Passes over a name: labels up to the root, or up to a pointer (RFC 1035 §4.1.4).
fn name(mut input: &[u8]) -> Parsed<'_, ()> {
    loop {
        let (rest, length) = u8(input)?;
        match length {
            0 => return Ok((rest, ())),
            1..=63 => input = take(length.into())(rest)?.0,
            0xc0.. => return Ok((take(1)(rest)?.0, ())),
            _ => return Err(Stop::at("label", input, Reason::Value(length.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A question for `a.`, and two additional records.
    const MESSAGE: &[u8] = &[
        0x12, 0x34, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1, b'a', 0, 0, 6, 0, 1, // a. SOA IN
        0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 7, // one byte of data
        0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn the_last_record_is_found_and_every_cut_is_noticed() {
        let found = outline(MESSAGE).unwrap();
        assert_eq!((found.id, found.opcode(), found.is_response()), (0x1234, 5, false));
        assert_eq!(found.last, Some(32));
        for length in 0..MESSAGE.len() {
            assert_eq!(outline(&MESSAGE[..length]).unwrap_err().reason, Reason::Truncated);
        }
        let more = [MESSAGE, &[0]].concat();
        assert_eq!(outline(&more).unwrap_err().reason, Reason::Trailing(1));
        let mut odd = MESSAGE.to_vec();
        odd[12] = 0x40;
        let error = outline(&odd).unwrap_err();
        assert_eq!((error.field, error.offset), ("label", 12));
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_outline_or_a_fault(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = outline(&bytes);
        }
    }
}
