//! WQL, the query language of WMI, as far as tools ask licensing classes with it.
//!
//! `SELECT * | property, … FROM class [WHERE condition]` ("WQL (SQL for WMI)" and "WHERE clause" on
//! learn.microsoft.com): `=`, `<>`, `!=`, `<`, `>`, `<=`, `>=`, `LIKE`, `IS [NOT] NULL`, `NOT`,
//! `AND`, `OR` and parentheses. Names and texts are compared without regard to case. A comparison
//! with null is neither true nor false, but for `= NULL` and `<> NULL`, which ask for null as `IS`
//! does.

pub mod answer;
pub mod condition;
mod like;
pub mod parse;
mod token;

pub use answer::answer;

use condition::Condition;

/// The longest query that is read, in bytes.
pub const LONGEST: usize = 16 * 1024;

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The properties that are asked for; all of them where it is `None`.
    pub properties: Option<Vec<String>>,
    /// The class.
    pub class: String,
    /// Which instances; all of them where it is `None`.
    pub condition: Option<Condition>,
}
