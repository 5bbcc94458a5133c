//! Where the first PDU in a stream of bytes ends: the one place that may say "not yet".

use crate::error::{DecodeError, Reason};
use crate::rpc::header::{Header, SIZE};
use crate::wire::{Order, Wire};

/// Offset of `frag_length` in the header.
const FRAG_LENGTH: usize = 8;

/// The header at the front of `buffer`, once its 16 bytes are there; `None` before.
///
/// For judging a PDU before the rest of it came; nothing in it has been checked.
pub fn header(buffer: &[u8]) -> Option<Header> {
    Header::parse(buffer, Order::Little).ok().map(|(_, header)| header)
}

/// The length of the PDU `header` begins.
///
/// # Errors
///
/// When the header says fewer bytes than a header has, or more than `limit`.
pub fn length(header: &Header, limit: usize) -> Result<usize, DecodeError> {
    let length = usize::from(header.frag_length);
    if (SIZE..=limit).contains(&length) {
        return Ok(length);
    }
    let reason = Reason::Value(header.frag_length.into());
    Err(DecodeError { field: "frag_length", reason, offset: FRAG_LENGTH })
}

/// The length of the PDU at the front of `buffer`, once all of it is there; `None` before.
///
/// # Errors
///
/// As [`length`].
pub fn first(buffer: &[u8], limit: usize) -> Result<Option<usize>, DecodeError> {
    match header(buffer) {
        Some(header) => Ok(Some(length(&header, limit)?).filter(|length| buffer.len() >= *length)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANCEL: [u8; 16] = [5, 0, 18, 3, 0x10, 0, 0, 0, 16, 0, 0, 0, 2, 0, 0, 0];

    #[test]
    fn a_pdu_is_there_when_its_last_byte_is() {
        for length in 0..16 {
            assert_eq!(first(&CANCEL[..length], 5840), Ok(None));
        }
        assert_eq!(first(&CANCEL, 5840), Ok(Some(16)));
        assert_eq!(first(&[&CANCEL[..], &[1, 2, 3]].concat(), 5840), Ok(Some(16)));
    }

    #[test]
    fn the_length_is_read_in_the_order_of_the_pdu_and_held_to_its_bounds() {
        let mut big = CANCEL;
        (big[4], big[8], big[9]) = (0, 0x16, 0xd0);
        assert_eq!(first(&big, 5840), Ok(None));
        let over = DecodeError { field: "frag_length", reason: Reason::Value(5840), offset: 8 };
        assert_eq!(first(&big, 5839), Err(over));
        let mut short = CANCEL;
        short[8] = 15;
        assert_eq!(first(&short, 5840).unwrap_err().reason, Reason::Value(15));
    }
}
