//! Reads a query.

use super::{Literal, Path, Relation, Step, Test};

/// Predicates in predicates; more is no query anybody means.
const DEEPEST: usize = 32;

/// What is asked of whatever holds an entry.
pub(super) fn query(text: &str) -> Option<Test> {
    let mut reader = Reader { rest: text, depth: 0 };
    let asked = reader.either()?;
    reader.skip();
    (reader.rest.is_empty() && is_of_events(&asked)).then_some(asked)
}

/// Whether a test is asked of entries: paths to them, joined by `and` and `or`.
fn is_of_events(test: &Test) -> bool {
    match test {
        Test::Both(a, b) | Test::Either(a, b) => is_of_events(a) && is_of_events(b),
        Test::Is(path) => {
            let first = path.steps.first();
            first.is_some_and(|step| step.name.as_deref().is_none_or(|name| name == "Event"))
        }
        Test::Compares(..) | Test::Ago(..) | Test::Bits(..) => false,
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a sign, and the blanks before it.
    fn take(&mut self, sign: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a word: one that is not the beginning of a longer one.
    fn word(&mut self, word: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(word) {
            Some(rest) if !rest.starts_with(is_letter) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn name(&mut self) -> Option<String> {
        self.skip();
        let end = self.rest.find(|letter| !is_letter(letter)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn either(&mut self) -> Option<Test> {
        let mut test = self.both()?;
        while self.word("or") {
            test = Test::Either(Box::new(test), Box::new(self.both()?));
        }
        Some(test)
    }

    fn both(&mut self) -> Option<Test> {
        let mut test = self.one()?;
        while self.word("and") {
            test = Test::Both(Box::new(test), Box::new(self.one()?));
        }
        Some(test)
    }

    fn one(&mut self) -> Option<Test> {
        if self.take("(") {
            let test = self.deeper(Self::either)?;
            return self.take(")").then_some(test);
        }
        if self.call("timediff") {
            let path = self.path()?;
            if !self.take(")") {
                return None;
            }
            let (relation, literal) = (self.relation()?, self.literal()?);
            let Literal::Number(milliseconds) = literal else { return None };
            return Some(Test::Ago(path, relation, milliseconds));
        }
        if self.call("band") {
            let path = self.path()?;
            let bits = self.take(",").then(|| self.bits())??;
            return self.take(")").then_some(Test::Bits(path, bits));
        }
        let path = self.path()?;
        match self.relation() {
            None => Some(Test::Is(path)),
            Some(relation) => Some(Test::Compares(path, relation, self.literal()?)),
        }
    }

    /// `1` or `position() = 1`, the whole of a predicate.
    fn place(&mut self) -> Option<usize> {
        let before = self.rest;
        if self.call("position") && !(self.take(")") && self.take("=")) {
            self.rest = before;
            return None;
        }
        let digits = self.digits().filter(|_| self.rest.trim_start().starts_with(']'));
        let place = digits.and_then(|digits| digits.parse().ok());
        if place.is_none() {
            self.rest = before;
        }
        place
    }

    fn call(&mut self, name: &str) -> bool {
        let before = self.rest;
        let called = self.word(name) && self.take("(");
        if !called {
            self.rest = before;
        }
        called
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn path(&mut self) -> Option<Path> {
        let mut path = Path::default();
        loop {
            if self.take("@") {
                path.attribute = Some(self.name()?);
                return Some(path);
            }
            let name = if self.take("*") { None } else { Some(self.name()?) };
            let (mut place, mut tests) = (None, Vec::new());
            while self.take("[") {
                match self.place() {
                    // One of them has two places: there is none such.
                    Some(at) if place.is_some_and(|place| place != at) => place = Some(0),
                    Some(at) => place = Some(at),
                    None => tests.push(self.deeper(Self::either)?),
                }
                if !self.take("]") {
                    return None;
                }
            }
            path.steps.push(Step { name, place, tests });
            if !self.take("/") {
                return Some(path);
            }
        }
    }

    fn relation(&mut self) -> Option<Relation> {
        let all = [
            ("<=", Relation::AtMost),
            (">=", Relation::AtLeast),
            ("!=", Relation::IsNot),
            ("<", Relation::Less),
            (">", Relation::More),
            ("=", Relation::Is),
        ];
        all.into_iter().find_map(|(sign, relation)| self.take(sign).then_some(relation))
    }

    fn literal(&mut self) -> Option<Literal> {
        self.skip();
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let (text, rest) = self.rest.strip_prefix(quote)?.split_once(quote)?;
            self.rest = rest;
            return Some(Literal::Text(text.to_owned()));
        }
        let digits = self.digits()?;
        super::value_of(&digits).map(Literal::Number)
    }

    fn bits(&mut self) -> Option<u64> {
        super::integer(&self.digits()?)
    }

    fn digits(&mut self) -> Option<String> {
        self.skip();
        let is_digit = |c: char| c.is_ascii_hexdigit() || matches!(c, 'x' | 'X' | '.' | '-');
        let end = self.rest.find(|c| !is_digit(c)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(digits.to_owned())
    }
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':')
}
