//! Which instances a query asks for.

use core::cmp::Ordering;

use serde_json::{Map, Value};

use crate::windows::wql::like::like;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    And(Vec<Condition>),
    /// Any of these.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A property compared with a value.
    Compare {
        /// The property.
        property: String,
        /// How.
        how: Comparison,
        /// With what; never null.
        with: Literal,
    },
    /// A property that is like a pattern of `%`, `_` and `[a-z]`.
    Like {
        /// The property.
        property: String,
        /// The pattern.
        pattern: String,
    },
    /// A property that is null.
    Null(String),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`.
    Equal,
    /// `<>`, `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// A value in a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `TRUE` or `FALSE`.
    Flag(bool),
}

impl Comparison {
    const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// The same seen from the other side.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Equal | Self::Unequal => self,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

impl Condition {
    /// Whether it holds of an instance; `None` where null leaves that open.
    pub fn holds(&self, instance: &Map<String, Value>) -> Option<bool> {
        match self {
            Self::And(all) => all.iter().try_fold(Some(true), |so_far, next| {
                match (so_far, next.holds(instance)) {
                    (_, Some(false)) => Err(Some(false)),
                    (None, _) | (_, None) => Ok(None),
                    _ => Ok(Some(true)),
                }
            }),
            Self::Or(any) => any.iter().try_fold(Some(false), |so_far, next| {
                match (so_far, next.holds(instance)) {
                    (_, Some(true)) => Err(Some(true)),
                    (None, _) | (_, None) => Ok(None),
                    _ => Ok(Some(false)),
                }
            }),
            Self::Not(condition) => return condition.holds(instance).map(|holds| !holds),
            Self::Null(property) => return Some(value(instance, property).is_null()),
            Self::Like { property, pattern } => {
                return match value(instance, property) {
                    Value::String(text) => Some(like(text, pattern)),
                    _ => None,
                };
            }
            Self::Compare { property, how, with } => {
                let order = compare(value(instance, property), with);
                return order.map(|order| how.holds(order));
            }
        }
        .unwrap_or_else(|decided| decided)
    }

    /// Every property it names.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Self::And(many) | Self::Or(many) => many.iter().flat_map(Self::properties).collect(),
            Self::Not(condition) => condition.properties(),
            Self::Null(property) | Self::Like { property, .. } | Self::Compare { property, .. } => {
                vec![property]
            }
        }
    }
}

/// A property, in any case; null where there is none.
fn value<'i>(instance: &'i Map<String, Value>, property: &str) -> &'i Value {
    let found = instance.iter().find(|(name, _)| name.eq_ignore_ascii_case(property));
    found.map_or(&Value::Null, |(_, value)| value)
}

/// How a property's value stands to a literal: as numbers where either is one, else as texts.
fn compare(value: &Value, with: &Literal) -> Option<Ordering> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::String(text) if !matches!(with, Literal::Text(_)) => text.trim().parse().ok(),
        _ => None,
    };
    let other = match with {
        Literal::Number(number) => Some(*number),
        Literal::Flag(flag) => Some(i64::from(*flag)),
        Literal::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(1),
            "false" => Some(0),
            digits => digits.trim().parse().ok(),
        },
    };
    match (value, with) {
        (Value::String(value), Literal::Text(text)) => {
            Some(value.to_lowercase().cmp(&text.to_lowercase()))
        }
        _ => Some(number?.cmp(&other?)),
    }
}
