//! Bytes as a network delivers them: in slices of any length.

/// The bytes in slices whose lengths follow from `seed`; 0 gives them in one piece.
pub fn cut(mut bytes: &[u8], seed: u8) -> impl Iterator<Item = &[u8]> {
    let mut state = u32::from(seed);
    core::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        // Mostly a few bytes, at times many: lengths from 1 to 512 in an order that never settles.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wide = [1, 3, 16, 17, 64, 512].get(usize::from(state.to_le_bytes()[3]) % 6);
        let length = wide.copied().filter(|_| seed != 0).unwrap_or(bytes.len()).min(bytes.len());
        let (slice, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        Some(slice)
    })
}
