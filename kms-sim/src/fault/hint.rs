//! What somebody may have meant by a name that is not known.

use kms_proto::nearest::nearest;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value; an unknown name in it is told with the known name nearest to it.
///
/// # Errors
///
/// What is wrong, for people.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| hinted(&error.to_string()))
}

/// The message of an error about an unknown name, with the nearest known one if any is near.
///
/// serde says which names it knows, each between backticks, the unknown one first.
pub fn hinted(message: &str) -> String {
    if !message.starts_with("unknown ") || message.contains("did you mean") {
        return message.to_owned();
    }
    let mut names = message.split('`').skip(1).step_by(2);
    let near = names.next().and_then(|word| nearest(word, names));
    match near {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_said_where_one_is_near() {
        let message = "unknown field `nht`, expected one of `first`, `nth`, `every`";
        assert!(hinted(message).ends_with("did you mean `nth`?"));
        let message = "unknown variant `zzz`, expected `one` or `two`";
        assert_eq!(hinted(message), message);
        assert_eq!(hinted("missing field `kind`"), "missing field `kind`");
    }
}
