//! The answer to a query.

use core::fmt;

use serde_json::{Map, Value};

use crate::kms::hresult::HResult;
use crate::text::TextError;
use crate::windows::wql::Query;

/// Why WMI answers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The query cannot be read: `WBEM_E_INVALID_QUERY`.
    Query(TextError),
    /// There is no such class: `WBEM_E_INVALID_CLASS`.
    Class(String),
    /// The class has no such property: `WBEM_E_INVALID_QUERY`.
    Property(String),
}

impl Failed {
    /// The code.
    pub const fn code(&self) -> HResult {
        match self {
            Self::Query(_) | Self::Property(_) => HResult(0x8004_1017),
            Self::Class(_) => HResult(0x8004_1010),
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query(error) => write!(f, "Invalid query: {error}"),
            Self::Class(class) => write!(f, "Invalid class {class}"),
            Self::Property(property) => {
                write!(f, "Invalid query: the class has no property {property}")
            }
        }
    }
}

impl core::error::Error for Failed {}

/// The instances a query asks for, each with the properties it asks for, named as the class names
/// them, in the order of the query.
///
/// `instances` are those of a class by its name, in any case; `None` where there is no such class.
///
/// # Errors
///
/// When the query cannot be read, or names what is not there.
pub fn answer(
    query: &str,
    instances: impl FnOnce(&str) -> Option<Vec<Map<String, Value>>>,
) -> Result<Vec<Map<String, Value>>, Failed> {
    let query: Query = query.parse().map_err(Failed::Query)?;
    let found = instances(&query.class).ok_or_else(|| Failed::Class(query.class.clone()))?;
    if let Some(first) = found.first() {
        let wanted = query.properties.iter().flatten().map(String::as_str);
        let asked = query.condition.iter().flat_map(|condition| condition.properties());
        for property in wanted.chain(asked) {
            if !first.keys().any(|name| name.eq_ignore_ascii_case(property)) {
                return Err(Failed::Property(property.to_owned()));
            }
        }
    }
    let fits = |instance: &Map<String, Value>| {
        query.condition.as_ref().is_none_or(|condition| condition.holds(instance) == Some(true))
    };
    let chosen = found.into_iter().filter(fits);
    Ok(chosen.map(|instance| selected(instance, query.properties.as_deref())).collect())
}

fn selected(instance: Map<String, Value>, properties: Option<&[String]>) -> Map<String, Value> {
    let Some(properties) = properties else { return instance };
    let mut row = Map::new();
    for property in properties {
        let found = instance.iter().find(|(name, _)| name.eq_ignore_ascii_case(property));
        if let Some((name, value)) = found {
            row.insert(name.clone(), value.clone());
        }
    }
    row
}
