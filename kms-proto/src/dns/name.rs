//! Domains as people write them, and the name hosts are found by.

use hickory_proto::rr::Name;

use crate::text::TextError;

/// The longest name as a text, in bytes (RFC 1035 §3.1, less the octets text does not show).
const LONGEST: usize = 253;

/// A domain or a host's name, with or without the dot at its end: `lab.example`.
///
/// Letters, digits, `-` and `_` in labels of 1 to 63 bytes, as Windows takes them.
///
/// # Errors
///
/// With the column of what DNS does not take.
pub fn domain(text: &str) -> Result<Name, TextError> {
    let bare = text.strip_suffix('.').unwrap_or(text);
    if bare.is_empty() {
        return Err(TextError::new(1, "a domain has a name, such as lab.example"));
    }
    if bare.len() > LONGEST {
        return Err(TextError::new(1, format!("a domain's name has at most {LONGEST} bytes")));
    }
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
    if let Some((column, c)) = (1..).zip(bare.chars()).find(|(_, c)| odd(*c)) {
        return Err(TextError::new(column, format!("{c:?} is in no domain's name")));
    }
    let mut column = 1;
    for label in bare.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err(TextError::new(column, "between two dots stand 1 to 63 characters"));
        }
        column += label.len() + 1;
    }
    let mut name = Name::from_ascii(bare).map_err(|error| TextError::new(1, error.to_string()))?;
    name.set_fqdn(true);
    Ok(name)
}

/// The name under which a domain's KMS hosts are found: `_vlmcs._tcp.lab.example`.
///
/// `None` where that is longer than DNS allows.
pub fn vlmcs(domain: &Name) -> Option<Name> {
    let mut name = Name::from_ascii("_vlmcs._tcp").ok()?.append_domain(domain).ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// A name as people write it: without the dot at its end.
pub fn shown(name: &Name) -> String {
    let text = name.to_ascii();
    text.strip_suffix('.').filter(|bare| !bare.is_empty()).map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_full_and_shown_without_the_dot() {
        for text in ["lab.example", "lab.example.", "LAB-1.example", "_x.lab", "com"] {
            let name = domain(text).unwrap();
            assert!(name.is_fqdn());
            assert_eq!(shown(&name), text.trim_end_matches('.'));
        }
        assert_eq!(domain("LAB.example").unwrap(), domain("lab.EXAMPLE.").unwrap());
        let hosts = vlmcs(&domain("lab.example").unwrap()).unwrap();
        assert_eq!(hosts.to_ascii(), "_vlmcs._tcp.lab.example.");
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "a".repeat(61));
        assert_eq!(vlmcs(&domain(&longest).unwrap()), None);
    }

    #[test]
    fn wrong_texts_name_the_column() {
        for (text, column) in [
            ("", 1),
            (".", 1),
            ("a..b", 3),
            (".a", 1),
            ("lab example", 4),
            ("lab\\.example", 4),
            ("é", 1),
            (&format!("ok.{}", "a".repeat(64)), 4),
            (&"a.".repeat(140), 1),
        ] {
            assert_eq!(domain(text).unwrap_err().column, column, "{text}");
        }
    }
}
