//! A command line as Windows cuts it into words.
//!
//! The rules of `CommandLineToArgvW` (learn.microsoft.com, "Parsing C command-line arguments"):
//! blanks separate words; quotes keep blanks together; a backslash is itself except before a quote,
//! where two make one and an odd one makes the quote a letter; two quotes inside quotes are one.

/// The words of a command line. Quotes that are not closed reach to its end.
pub fn cut(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let mut slashes = 1;
                while letters.next_if_eq(&'\\').is_some() {
                    slashes += 1;
                }
                let word = word.get_or_insert_default();
                if letters.peek() == Some(&'"') {
                    word.extend(std::iter::repeat_n('\\', slashes / 2));
                    if slashes % 2 == 1 {
                        letters.next();
                        word.push('"');
                    }
                } else {
                    word.extend(std::iter::repeat_n('\\', slashes));
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                if quoted && letters.next_if_eq(&'"').is_some() {
                    word.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            _ if is_blank(letter) && !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The command line that is cut into these words.
pub fn join<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        write(&mut line, word.as_ref());
    }
    line
}

fn write(line: &mut String, word: &str) {
    if !word.is_empty() && !word.contains(|letter| is_blank(letter) || letter == '"') {
        line.push_str(word);
        return;
    }
    line.push('"');
    let mut slashes = 0;
    for letter in word.chars() {
        if letter == '"' {
            // Those before it once more, and one for itself.
            line.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        slashes = if letter == '\\' { slashes + 1 } else { 0 };
        line.push(letter);
    }
    line.extend(std::iter::repeat_n('\\', slashes));
    line.push('"');
}

const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_documentation_are_cut_as_they_say() {
        for (line, words) in [
            (r#""abc" d e"#, &["abc", "d", "e"][..]),
            (r#"a\\b d"e f"g h"#, &[r"a\\b", "de fg", "h"]),
            (r#"a\\\"b c d"#, &[r#"a\"b"#, "c", "d"]),
            (r#"a\\\\"b c" d e"#, &[r"a\\b c", "d", "e"]),
            (r#""ab""c" d"#, &[r#"ab"c"#, "d"]),
            ("slmgr  /ato", &["slmgr", "/ato"]),
            (
                r"cscript //NoLogo C:\Windows\System32\slmgr.vbs /dlv",
                &["cscript", "//NoLogo", r"C:\Windows\System32\slmgr.vbs", "/dlv"],
            ),
            (r#"net start "Windows Time"#, &["net", "start", "Windows Time"]),
            (r#"a "" b"#, &["a", "", "b"]),
            ("  ", &[]),
        ] {
            assert_eq!(cut(line), words, "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_is_joined_is_cut_into_the_same(
            words in proptest::collection::vec(r#"([\\" ]|[a-z/:\n]){0,6}"#, 0..6)
        ) {
            prop_assert_eq!(cut(&join(&words)), words);
        }

        #[test]
        fn any_line_is_cut(line in ".*") {
            let words = cut(&line);
            prop_assert_eq!(cut(&join(&words)), words);
        }
    }
}
