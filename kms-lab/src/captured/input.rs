//! Where a capture comes from: a file, or what is piped in.

use std::fs::File;
use std::io::{Cursor, Read};

use kms_proto::capture::reader::Kind;

use crate::exit::Exit;
use crate::stop::Stop;

/// Bytes that tell a capture from anything else.
const MAGIC: u64 = 4;

/// What can be read, and its first bytes.
pub struct Input {
    /// What it is called.
    pub name: String,
    /// The bytes read so far.
    pub first: Vec<u8>,
    /// The rest of them.
    pub rest: Box<dyn Read>,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is something that can be made a capture of: how is said.
    pub fn open(input: &str, remedy: &str) -> Result<Self, Stop> {
        let cannot = |name: &str, error: std::io::Error| {
            Stop::new(Exit::Invalid, format!("{name}: {error}"), remedy)
        };
        let (name, mut rest): (&str, Box<dyn Read>) = if input == "-" {
            ("stdin", Box::new(std::io::stdin()))
        } else {
            (input, Box::new(File::open(input).map_err(|error| cannot(input, error))?))
        };
        let mut first = Vec::new();
        rest.by_ref().take(MAGIC).read_to_end(&mut first).map_err(|error| cannot(name, error))?;
        if let Some((what, remedy)) = nearly(&first) {
            return Err(Stop::new(Exit::Invalid, format!("{name}: {what}"), remedy));
        }
        Ok(Self { name: name.to_owned(), first, rest })
    }

    /// Whether it begins as a capture does.
    pub fn is_capture(&self) -> bool {
        Kind::of(&self.first).is_some()
    }

    /// It is to be a capture, and is none.
    pub fn no_capture(&self) -> Stop {
        let what = if self.first.is_empty() { "it is empty" } else { "it is no capture" };
        Stop::new(Exit::Invalid, format!("{}: {what}", self.name), "a pcap or pcapng file")
    }

    /// All of it, from its first byte.
    pub fn whole(self) -> Box<dyn Read> {
        Box::new(Cursor::new(self.first).chain(self.rest))
    }
}

/// What nearly is a capture, and how to make it one.
fn nearly(first: &[u8]) -> Option<(&'static str, &'static str)> {
    match first {
        [0x1f, 0x8b, ..] => Some(("it is compressed with gzip", "gunzip it first")),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(("it is compressed with zstd", "unzstd it first")),
        [0xfd, b'7', b'z', b'X'] => Some(("it is compressed with xz", "unxz it first")),
        [0xa1, 0xb2, 0xcd, 0x34] | [0x34, 0xcd, 0xb2, 0xa1] => Some((
            "it is a pcap of the modified kind, whose packet headers are longer",
            "editcap -F pcapng OLD NEW makes a pcapng file of it",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::nearly;

    #[test]
    fn what_nearly_is_a_capture_is_named() {
        for magic in [[0x1f, 0x8b, 8, 0], [0xa1, 0xb2, 0xcd, 0x34], [0x34, 0xcd, 0xb2, 0xa1]] {
            assert!(nearly(&magic).is_some(), "{magic:02x?}");
        }
        assert_eq!(nearly(&[0xa1, 0xb2, 0xc3, 0xd4]), None);
        assert_eq!(nearly(&[]), None);
    }
}
