//! The known name nearest to one that is not known.

/// Names longer than this are no misspelling of anything here.
const LONGEST: usize = 64;

/// The name with the fewest letters to change, if fewer than half of `word`'s; the first of equals.
///
/// Letters are compared without case, so a name in the wrong case is nearest to itself.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).map(|c| c.to_ascii_lowercase()).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let distances = names.into_iter().map(|name| (distance(&word, name), name));
    let (changes, name) = distances.min_by_key(|(changes, _)| *changes)?;
    (changes * 2 < word.len()).then_some(name)
}

/// Letters to insert, drop, replace, or swap with their neighbour.
fn distance(word: &[char], name: &str) -> usize {
    // `row[i]` is the distance of the first `i` letters of `word` to the part of `name` seen;
    // `before` was that a letter of `name` earlier.
    let mut row: Vec<usize> = (0..=word.len()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last = None;
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        let mut next = Vec::with_capacity(row.len());
        let mut left = row.first().map_or(1, |first| first + 1);
        next.push(left);
        let mut earlier = None;
        for ((letter, (diagonal, above)), swap) in
            word.iter().zip(row.iter().zip(row.iter().skip(1))).zip(
                core::iter::once(None)
                    .chain(before.iter().map(Some))
                    .chain(core::iter::repeat(None)),
            )
        {
            let replaced = diagonal + usize::from(*letter != c);
            left = replaced.min(above + 1).min(left + 1);
            if let Some(swap) = swap
                && earlier == Some(c)
                && last == Some(*letter)
            {
                left = left.min(swap + 1);
            }
            earlier = Some(*letter);
            next.push(left);
        }
        before = core::mem::replace(&mut row, next);
        last = Some(c);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_or_none_is_near() {
        let names = ["laptop-sleep", "am-pm", "Europe/Berlin"];
        assert_eq!(nearest("laptop-slep", names), Some("laptop-sleep"));
        assert_eq!(nearest("EUROPE/BERLIN", names), Some("Europe/Berlin"));
        assert_eq!(nearest("pm", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"a".repeat(100_000), names), None);
    }

    #[test]
    fn distances() {
        for (word, name, expected) in [
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("ab", "", 2),
            ("nht", "nth", 1),
            ("abdc", "abcd", 1),
        ] {
            let word: Vec<char> = word.chars().collect();
            assert_eq!(distance(&word, name), expected);
        }
    }
}
