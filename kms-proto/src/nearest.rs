//! The known name nearest to one that is not known.

/// Names longer than this are no misspelling of anything here.
const LONGEST: usize = 64;

/// Letters are told apart by their last five bits, which is enough for those of names.
const KINDS: usize = 32;

/// The name with the fewest letters to change, a third of `word`'s at most; the
/// first of equals.
///
/// Letters are compared without case, so a name in the wrong case is nearest to itself. A name that
/// cannot be nearer than the nearest so far costs next to nothing.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).map(|c| c.to_ascii_lowercase()).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let mut rows = Rows::default();
    let mut most = word.len() / 3;
    let mut found = None;
    for name in names {
        if let Some(changes) = rows.distance(&word, name, most) {
            found = Some(name);
            let Some(fewer) = changes.checked_sub(1) else { break };
            most = fewer;
        }
    }
    found
}

/// The rows of a table of distances that matter at a time.
///
/// `row[i]` is the distance of the first `i` letters of the word to the part of the name seen,
/// `before` was that a letter of the name earlier, `next` becomes it a letter later.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    row: Vec<usize>,
    next: Vec<usize>,
}

impl Rows {
    /// Letters to insert, drop, replace, or swap with their neighbour; none if more than `most`.
    fn distance(&mut self, word: &[char], name: &str, most: usize) -> Option<usize> {
        if word.len().abs_diff(name.chars().count()) > most || apart(word, name) > most {
            return None;
        }
        self.before.clear();
        self.row.clear();
        self.row.extend(0..=word.len());
        let mut last = None;
        for c in name.chars().map(|c| c.to_ascii_lowercase()) {
            self.step(word, c, last);
            // What comes grows out of the last two rows, and never falls below both.
            if self.row.iter().chain(&self.before).all(|distance| *distance > most) {
                return None;
            }
            last = Some(c);
        }
        self.row.last().copied().filter(|distance| *distance <= most)
    }

    /// Goes on by the letter `c` of the name, after `last`.
    fn step(&mut self, word: &[char], c: char, last: Option<char>) {
        let mut left = self.row.first().map_or(1, |first| first + 1);
        self.next.clear();
        self.next.push(left);
        let mut earlier = None;
        let swaps = core::iter::once(None)
            .chain(self.before.iter().map(Some))
            .chain(core::iter::repeat(None));
        let above = self.row.iter().zip(self.row.iter().skip(1));
        for ((letter, (diagonal, above)), swap) in word.iter().zip(above).zip(swaps) {
            let replaced = diagonal + usize::from(*letter != c);
            left = replaced.min(above + 1).min(left + 1);
            if let Some(swap) = swap
                && earlier == Some(c)
                && last == Some(*letter)
            {
                left = left.min(swap + 1);
            }
            earlier = Some(*letter);
            self.next.push(left);
        }
        core::mem::swap(&mut self.before, &mut self.row);
        core::mem::swap(&mut self.row, &mut self.next);
    }
}

/// How many letters one has and the other lacks, at least: no fewer can be changed.
fn apart(word: &[char], name: &str) -> usize {
    let mut kinds = [0_isize; KINDS];
    let mut count = |letter: char, by: isize| {
        // Letters of one remainder are taken for the same, which only makes the bound lower.
        let kind = u32::from(letter.to_ascii_lowercase()) % 32;
        if let Some(count) = usize::try_from(kind).ok().and_then(|kind| kinds.get_mut(kind)) {
            *count += by;
        }
    };
    for letter in word {
        count(*letter, 1);
    }
    for letter in name.chars() {
        count(letter, -1);
    }
    let more: isize = kinds.iter().filter(|count| **count > 0).sum();
    let fewer: isize = kinds.iter().filter(|count| **count < 0).sum();
    more.unsigned_abs().max(fewer.unsigned_abs())
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
    fn the_first_of_equals_is_found() {
        assert_eq!(nearest("aab", ["aac", "aad"]), Some("aac"));
        assert_eq!(nearest("aab", ["aa", "AAB", "aab"]), Some("AAB"));
        // A third: one of two is too many.
        assert_eq!(nearest("ab", ["ac"]), None);
        assert_eq!(nearest("abc", ["acb"]), Some("acb"));
    }

    #[test]
    fn distances_up_to_a_bound() {
        for (word, name, expected) in [
            ("kitten", "sitting", 3),
            ("", "ab", 2),
            ("ab", "", 2),
            ("nht", "nth", 1),
            ("abdc", "abcd", 1),
            ("xxab", "xxba", 1),
        ] {
            let word: Vec<char> = word.chars().collect();
            for most in 0..6 {
                let found = Rows::default().distance(&word, name, most);
                assert_eq!(found, Some(expected).filter(|changes| *changes <= most));
            }
        }
    }

    #[test]
    fn a_bound_never_hides_what_is_within_it() {
        // All words of up to four letters of two, against each other.
        let words: Vec<String> = (0..=4_u32)
            .flat_map(|length| (0..1 << length).map(move |bits: u32| (length, bits)))
            .map(|(length, bits)| {
                (0..length).map(|at| if bits >> at & 1 == 1 { 'b' } else { 'a' }).collect()
            })
            .collect();
        let mut rows = Rows::default();
        for word in &words {
            let letters: Vec<char> = word.chars().collect();
            for name in &words {
                let exact = rows.distance(&letters, name, 9).unwrap();
                for most in 0..=4 {
                    let found = rows.distance(&letters, name, most);
                    assert_eq!(found, (exact <= most).then_some(exact), "{word} {name} {most}");
                }
            }
        }
    }
}
