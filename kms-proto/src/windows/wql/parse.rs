//! Reads a query.

use core::str::FromStr;

use crate::text::TextError;
use crate::windows::wql::condition::{Comparison, Condition, Literal};
use crate::windows::wql::token::{Kind, Token, cut};
use crate::windows::wql::{LONGEST, Query};

/// How deep brackets and `NOT` may lie.
const DEEPEST: usize = 64;

impl FromStr for Query {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.len() > LONGEST {
            return Err(TextError::new(1, format!("a query has at most {LONGEST} bytes")));
        }
        let tokens = cut(text)?;
        let end = text.chars().count() + 1;
        let mut reader = Reader { left: &tokens, end };
        let query = reader.query()?;
        match reader.left.first() {
            None => Ok(query),
            Some(more) => Err(TextError::new(more.column, "the query was over before this")),
        }
    }
}

/// A condition alone, as the `-Filter` of `Get-CimInstance` takes it.
impl FromStr for Condition {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let query: Query = format!("SELECT * FROM class WHERE {text}").parse().map_err(
            |TextError { column, message }| {
                TextError::new(column.saturating_sub(PREFIX).max(1), message)
            },
        )?;
        query.condition.ok_or_else(|| TextError::new(1, "a condition"))
    }
}

/// The columns before a condition that is read alone.
const PREFIX: usize = "SELECT * FROM class WHERE ".len();

/// What stands beside a comparison.
enum Written {
    Null,
    Value(Literal),
}

struct Reader<'t> {
    left: &'t [Token],
    /// The column behind the query.
    end: usize,
}

impl<'t> Reader<'t> {
    fn query(&mut self) -> Result<Query, TextError> {
        self.keyword("SELECT")?;
        let properties = if self.sign("*") {
            None
        } else {
            let mut names = vec![self.name("a property, or *")?.to_owned()];
            while self.sign(",") {
                names.push(self.name("a property")?.to_owned());
            }
            Some(names)
        };
        self.keyword("FROM")?;
        let class = self.name("a class")?.to_owned();
        let condition = if self.takes("WHERE") { Some(self.any(DEEPEST)?) } else { None };
        Ok(Query { properties, class, condition })
    }

    /// Conditions with `OR` between them.
    fn any(&mut self, deep: usize) -> Result<Condition, TextError> {
        let first = self.all(deep)?;
        let mut many = vec![first];
        while self.takes("OR") {
            many.push(self.all(deep)?);
        }
        Ok(one(many, Condition::Or))
    }

    /// Conditions with `AND` between them.
    fn all(&mut self, deep: usize) -> Result<Condition, TextError> {
        let mut many = vec![self.single(deep)?];
        while self.takes("AND") {
            many.push(self.single(deep)?);
        }
        Ok(one(many, Condition::And))
    }

    fn single(&mut self, deep: usize) -> Result<Condition, TextError> {
        let Some(deep) = deep.checked_sub(1) else {
            return Err(self.wrong("brackets and NOT lie too deep"));
        };
        if self.takes("NOT") {
            return Ok(Condition::Not(Box::new(self.single(deep)?)));
        }
        if self.sign("(") {
            let inside = self.any(deep)?;
            if !self.sign(")") {
                return Err(self.wrong("a bracket is not closed"));
            }
            return Ok(inside);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, TextError> {
        if let Some(literal) = self.literal() {
            let how = self.operator()?.turned();
            let property = self.name("a property")?.to_owned();
            return compared(property, how, literal).map_err(|message| self.wrong(message));
        }
        let property = self.name("a property")?.to_owned();
        if self.takes("IS") {
            let not = self.takes("NOT");
            self.keyword("NULL")?;
            let null = Condition::Null(property);
            return Ok(if not { Condition::Not(Box::new(null)) } else { null });
        }
        let not = self.takes("NOT");
        if self.takes("LIKE") {
            return match self.literal() {
                Some(Written::Value(Literal::Text(pattern))) => {
                    let like = Condition::Like { property, pattern };
                    Ok(if not { Condition::Not(Box::new(like)) } else { like })
                }
                _ => Err(self.wrong("a pattern in quotes")),
            };
        }
        if not {
            return Err(self.wrong("LIKE"));
        }
        let how = self.operator()?;
        match self.literal() {
            Some(literal) => {
                compared(property, how, literal).map_err(|message| self.wrong(message))
            }
            None => Err(self.wrong("a text in quotes, a number, TRUE, FALSE or NULL")),
        }
    }

    fn operator(&mut self) -> Result<Comparison, TextError> {
        let found = match self.left.first() {
            Some(Token { kind: Kind::Sign(sign), .. }) => match *sign {
                "=" => Some(Comparison::Equal),
                "<>" | "!=" => Some(Comparison::Unequal),
                "<" => Some(Comparison::Less),
                "<=" => Some(Comparison::AtMost),
                ">" => Some(Comparison::Greater),
                ">=" => Some(Comparison::AtLeast),
                _ => None,
            },
            _ => None,
        };
        let found = found.ok_or_else(|| self.wrong("a comparison: = <> < > <= >= LIKE IS"));
        self.next();
        found
    }

    /// A value; takes nothing where there is none.
    fn literal(&mut self) -> Option<Written> {
        let found = match &self.left.first()?.kind {
            Kind::Text(text) => Written::Value(Literal::Text(text.clone())),
            Kind::Number(number) => Written::Value(Literal::Number(*number)),
            Kind::Name(name) if name.eq_ignore_ascii_case("TRUE") => {
                Written::Value(Literal::Flag(true))
            }
            Kind::Name(name) if name.eq_ignore_ascii_case("FALSE") => {
                Written::Value(Literal::Flag(false))
            }
            Kind::Name(name) if name.eq_ignore_ascii_case("NULL") => Written::Null,
            Kind::Name(_) | Kind::Sign(_) => return None,
        };
        self.next();
        Some(found)
    }

    fn name(&mut self, expected: &str) -> Result<&'t str, TextError> {
        match self.left.first() {
            Some(Token { kind: Kind::Name(name), .. }) => {
                self.next();
                Ok(name)
            }
            _ => Err(self.wrong(expected)),
        }
    }

    fn keyword(&mut self, word: &str) -> Result<(), TextError> {
        if self.takes(word) { Ok(()) } else { Err(self.wrong(word)) }
    }

    /// Takes a keyword, in any case, if it is next.
    fn takes(&mut self, word: &str) -> bool {
        let is = matches!(self.left.first(), Some(Token { kind: Kind::Name(name), .. })
            if name.eq_ignore_ascii_case(word));
        if is {
            self.next();
        }
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.left.first(), Some(Token { kind: Kind::Sign(found), .. })
            if *found == sign);
        if is {
            self.next();
        }
        is
    }

    fn next(&mut self) {
        self.left = self.left.get(1..).unwrap_or_default();
    }

    /// What is expected here.
    fn wrong(&self, expected: &str) -> TextError {
        let column = self.left.first().map_or(self.end, |token| token.column);
        TextError::new(column, format!("expected here: {expected}"))
    }
}

fn one(mut many: Vec<Condition>, of: fn(Vec<Condition>) -> Condition) -> Condition {
    match many.pop() {
        Some(only) if many.is_empty() => only,
        Some(last) => {
            many.push(last);
            of(many)
        }
        None => of(many),
    }
}

/// A comparison; with null it asks for null.
fn compared(property: String, how: Comparison, with: Written) -> Result<Condition, &'static str> {
    match (with, how) {
        (Written::Value(with), _) => Ok(Condition::Compare { property, how, with }),
        (Written::Null, Comparison::Equal) => Ok(Condition::Null(property)),
        (Written::Null, Comparison::Unequal) => {
            Ok(Condition::Not(Box::new(Condition::Null(property))))
        }
        (Written::Null, _) => Err("= or <> before NULL"),
    }
}
