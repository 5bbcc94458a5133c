//! The patterns of `LIKE`.

/// Whether `text` is like `pattern`: `%` stands for any characters, `_` for one, `[a-z]` for one of
/// these, `[^a-z]` for one of all others. Case does not matter.
pub(super) fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern = read(&pattern.to_lowercase());
    // Greedy, with one place to come back to: the last `%`.
    let (mut at, mut piece) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(piece) {
            Some(Piece::Any) => {
                back = Some((at, piece + 1));
                piece += 1;
            }
            Some(Piece::One(set)) if text.get(at).is_some_and(|c| set.has(*c)) => {
                at += 1;
                piece += 1;
            }
            _ => match &mut back {
                Some((from, after)) => {
                    *from += 1;
                    at = *from;
                    piece = *after;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(piece).all(|piece| matches!(piece, Piece::Any))
}

enum Piece {
    Any,
    One(Set),
}

/// Characters: within any of these ranges, or outside of all.
struct Set {
    ranges: Vec<(char, char)>,
    but: bool,
}

impl Set {
    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != self.but
    }
}

fn read(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        pieces.push(match first {
            '%' => Piece::Any,
            '_' => Piece::One(Set { ranges: Vec::new(), but: true }),
            '[' => match rest.split_once(']') {
                Some((inside, after)) => {
                    rest = after;
                    Piece::One(set(inside))
                }
                None => Piece::One(only('[')),
            },
            other => Piece::One(only(other)),
        });
    }
    pieces
}

fn only(c: char) -> Set {
    Set { ranges: vec![(c, c)], but: false }
}

fn set(inside: &str) -> Set {
    let (but, inside) = match inside.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, inside),
    };
    let letters: Vec<char> = inside.chars().collect();
    let mut ranges = Vec::new();
    let mut left = letters.as_slice();
    loop {
        left = match left {
            [from, '-', to, rest @ ..] => {
                ranges.push((*from, *to));
                rest
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                rest
            }
            [] => return Set { ranges, but },
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_and_what_is_like_them() {
        let text = "Windows(R) Operating System, VOLUME_KMSCLIENT channel";
        for (pattern, is) in [
            ("%KMSCLIENT%", true),
            ("%volume_kms%", true),
            ("windows%", true),
            ("%channel", true),
            ("windows", false),
            ("", false),
            ("%", true),
            ("%%", true),
            ("_indows%", true),
            ("[a-m]indows%", false),
            ("[t-x]indows%", true),
            ("[^t-x]indows%", false),
            ("[", false),
        ] {
            assert_eq!(like(text, pattern), is, "{pattern}");
        }
        assert!(like("", "%") && like("", "") && like("[", "["));
    }

    proptest! {
        #[test]
        fn a_text_is_like_what_it_contains(before in "[a-z]{0,9}", inside in "[a-z]{0,9}", after in "[a-z]{0,9}") {
            let text = format!("{before}{inside}{after}");
            let pattern = format!("%{inside}%");
            prop_assert!(like(&text, &pattern));
            prop_assert!(like(&text, &text.to_uppercase()));
        }

        #[test]
        fn no_pattern_hangs(text in "a{0,200}", pattern in "(%a|a%|%|_|\\[a\\]){0,60}b?") {
            let _ = like(&text, &pattern);
        }
    }
}
