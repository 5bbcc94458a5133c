//! For whom a rule is.

use std::net::IpAddr;

use kms_proto::guid::Uuid;
use serde::Deserialize;

use crate::fault::about::{About, Direction};
use crate::fault::nth::Nth;
use crate::fault::value::Outcome;

/// The keys of a rule's `match`; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// The machine's name, in any case of letters.
    pub client: Option<String>,
    /// Which machine, in the order the host met them, counted from 1.
    pub nth_client: Option<Nth>,
    /// The machine's id.
    pub cmid: Option<Uuid>,
    /// Which connection of the host, counted from 1.
    pub conn: Option<Nth>,
    /// Which way; to the client where it is not said.
    pub direction: Option<Direction>,
    /// The major version of the request: 4, 5 or 6.
    pub version: Option<u16>,
    /// What the host said; known at `rpc.response`, `kms.response`, and `tcp.data` to the client.
    pub result: Option<Outcome>,
    /// The address it connects from.
    pub peer: Option<IpAddr>,
}

/// How far a rule's keys hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// All of them.
    Yes,
    /// All but this one, of several.
    AllBut(&'static str),
    /// Fewer.
    No,
}

impl Match {
    /// Holds the keys to what is known.
    pub fn holds(&self, about: &About<'_>) -> Matched {
        // Another direction is another exchange, and no miss.
        if self.direction.unwrap_or_default() != about.direction {
            return Matched::No;
        }
        let name = |want: &String| about.client.is_some_and(|name| name.eq_ignore_ascii_case(want));
        let nth = |want: &Nth| about.nth_client.is_some_and(|nth| want.picks(nth));
        let keys = [
            ("client", self.client.as_ref().map(name)),
            ("nth_client", self.nth_client.as_ref().map(nth)),
            ("cmid", self.cmid.map(|want| about.cmid == Some(want))),
            ("conn", self.conn.as_ref().map(|want| want.picks(about.connection))),
            ("version", self.version.map(|want| about.version == Some(want))),
            ("result", self.result.map(|Outcome(want)| about.result == Some(want))),
            ("peer", self.peer.map(|want| about.peer == Some(want))),
        ];
        let given = keys.iter().filter(|(_, held)| held.is_some()).count();
        let mut failed = keys.iter().filter(|(_, held)| *held == Some(false));
        match (failed.next(), failed.next()) {
            (None, _) => Matched::Yes,
            (Some((key, _)), None) if given > 1 => Matched::AllBut(key),
            _ => Matched::No,
        }
    }

    /// Whether it picks nobody out.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_must_hold_and_the_one_that_does_not_is_named() {
        let rule = Match {
            client: Some("PC-7".to_owned()),
            conn: Some(Nth::Range(2, None)),
            ..Match::default()
        };
        let about = |client, connection| About { connection, client, ..About::default() };
        assert_eq!(rule.holds(&about(Some("pc-7"), 2)), Matched::Yes);
        assert_eq!(rule.holds(&about(Some("pc-7"), 1)), Matched::AllBut("conn"));
        assert_eq!(rule.holds(&about(None, 1)), Matched::No);
        let incoming = About { direction: Direction::ToHost, ..about(Some("pc-7"), 2) };
        assert_eq!(rule.holds(&incoming), Matched::No);
        assert!(Match::default().is_everybody() && !rule.is_everybody());
    }
}
