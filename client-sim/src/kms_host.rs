//! The host a machine is pointed at, as `slmgr /skms` takes it.

use core::fmt;
use core::str::FromStr;

use kms_proto::text::TextError;
use serde::{Serialize, Serializer};

/// The port of KMS.
pub const PORT: u16 = 1688;

/// The longest name DNS allows, in bytes.
const MAX_NAME: usize = 253;

/// A name or address and a port: `name`, `name:port`, `[address]:port`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KmsHost {
    /// A name or an address, without brackets; 1 to 253 bytes without blanks.
    name: String,
    /// The port; 0 stands for 1688.
    port: u16,
}

impl KmsHost {
    /// What stands for a host where DNS names none: the name that was looked up.
    pub fn nobody() -> Self {
        Self { name: "_vlmcs._tcp".to_owned(), port: 0 }
    }

    /// The name or address, without brackets.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port to connect to, never 0.
    pub const fn port(&self) -> u16 {
        if self.port == 0 { PORT } else { self.port }
    }

    /// The same host at another port; 0 stands for 1688.
    #[must_use]
    pub fn at_port(&self, port: u16) -> Self {
        Self { name: self.name.clone(), port }
    }

    /// The port as it was set: 0 when none was.
    pub const fn port_as_set(&self) -> u16 {
        self.port
    }
}

/// With its port, as slmgr and the event log name a host: `kms01.lab.example:1688`.
impl fmt::Display for KmsHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            write!(f, "[{}]:{}", self.name, self.port())
        } else {
            write!(f, "{}:{}", self.name, self.port())
        }
    }
}

impl Serialize for KmsHost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for KmsHost {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let (name, port) = split(text)?;
        if name.is_empty() {
            return Err(TextError::new(
                1,
                "a host has a name or an address: kms01.lab.example:1688",
            ));
        }
        if name.len() > MAX_NAME {
            let message = format!("a host's name has at most {MAX_NAME} bytes");
            return Err(TextError::new(1, message));
        }
        let odd = |c: char| c.is_whitespace() || c.is_control() || "[]/".contains(c);
        if let Some((column, c)) =
            (1..).zip(text.chars()).find(|(_, c)| odd(*c) && name.contains(*c))
        {
            return Err(TextError::new(column, format!("{c:?} is in no host's name")));
        }
        let port = match port {
            None => 0,
            Some((column, port)) => match port.parse::<u16>() {
                Ok(number) if port.bytes().all(|b| b.is_ascii_digit()) => number,
                _ => return Err(TextError::new(column, "a port is a number from 0 to 65535")),
            },
        };
        Ok(Self { name: name.to_owned(), port })
    }
}

/// The name, and the port's text with its column.
type Parts<'a> = (&'a str, Option<(usize, &'a str)>);

fn split(text: &str) -> Result<Parts<'_>, TextError> {
    let column = |rest: &str| text.chars().count() - rest.chars().count() + 1;
    if let Some(inside) = text.strip_prefix('[') {
        let Some((name, rest)) = inside.split_once(']') else {
            return Err(TextError::new(1, "the bracket is not closed: [::1]:1688"));
        };
        return match rest.strip_prefix(':') {
            Some(port) => Ok((name, Some((column(port), port)))),
            None if rest.is_empty() => Ok((name, None)),
            None => Err(TextError::new(column(rest), "after an address in brackets comes :PORT")),
        };
    }
    match text.split_once(':') {
        None => Ok((text, None)),
        Some((name, port)) if !port.contains(':') => Ok((name, Some((column(port), port)))),
        Some(_) => Err(TextError::new(1, "an IPv6 address stands in brackets: [::1]:1688")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_and_what_they_name() {
        for (text, name, port, shown) in [
            ("kms01", "kms01", 0, "kms01:1688"),
            ("kms01.lab.example:4711", "kms01.lab.example", 4711, "kms01.lab.example:4711"),
            ("127.0.0.1:0", "127.0.0.1", 0, "127.0.0.1:1688"),
            ("[::1]:1688", "::1", 1688, "[::1]:1688"),
            ("[fe80::1]", "fe80::1", 0, "[fe80::1]:1688"),
        ] {
            let host: KmsHost = text.parse().unwrap();
            assert_eq!((host.name(), host.port_as_set()), (name, port), "{text}");
            assert_eq!(host.to_string(), shown);
        }
    }

    #[test]
    fn wrong_texts_name_the_column() {
        for (text, column) in [
            ("", 1),
            (":1688", 1),
            ("[]:1", 1),
            ("::1", 1),
            ("[::1", 1),
            ("[::1]1688", 6),
            ("kms01:", 7),
            ("kms01:65536", 7),
            ("kms01:+1", 7),
            ("kms 01", 4),
            ("kms01/x", 6),
        ] {
            assert_eq!(text.parse::<KmsHost>().unwrap_err().column, column, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_is_shown_as_it_is(text in ".{0,40}") {
            if let Ok(host) = text.parse::<KmsHost>() {
                let again: KmsHost = host.to_string().parse().unwrap();
                prop_assert_eq!((again.name(), again.port()), (host.name(), host.port()));
            }
        }
    }
}
