//! PKCS#7 padding ([RFC 5652 §6.3]): 1 to 16 bytes, each holding their number; always present.
//!
//! [RFC 5652 §6.3]: https://www.rfc-editor.org/rfc/rfc5652#section-6.3

use crate::write::Writer;

/// Bytes of a block, which padding fills.
pub const BLOCK: usize = 16;

/// How many bytes of padding follow `length` bytes: 1 to 16.
pub const fn needed(length: usize) -> usize {
    BLOCK - length % BLOCK
}

/// Writes the padding that follows `length` bytes.
pub fn emit(out: &mut Writer<'_>, length: usize) {
    let count = needed(length);
    let bytes = [u8::try_from(count).unwrap_or(0); BLOCK];
    out.bytes("padding", bytes.get(..count).unwrap_or_default());
}

/// How many bytes stand before the padding; `None` when it is not well-formed.
pub fn content(plain: &[u8]) -> Option<usize> {
    let count = usize::from(*plain.last()?);
    let content = plain.len().checked_sub(count)?;
    let padding = plain.get(content..)?;
    let whole =
        (1..=BLOCK).contains(&count) && padding.iter().all(|byte| usize::from(*byte) == count);
    whole.then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_whole_or_it_is_none() {
        assert_eq!((needed(236), needed(240), needed(0)), (4, 16, 16));
        assert_eq!(content(&[7, 7, 2, 2]), Some(2));
        assert_eq!(content(&[16; 16]), Some(0));
        for wrong in
            [&[][..], &[0][..], &[3, 2, 3, 3][..2], &[1, 2][..], &[17; 17][..], &[5; 4][..]]
        {
            assert_eq!(content(wrong), None, "{wrong:?}");
        }
    }
}
