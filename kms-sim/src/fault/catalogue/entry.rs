//! One kind of fault.

use crate::fault::stage::Stage;

/// A kind: how it is written, what it does, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it sits.
    pub stage: Stage,
    /// Its name.
    pub name: &'static str,
    /// The `do` of a rule, in TOML.
    pub example: &'static str,
    /// What happens.
    pub does: &'static str,
    /// What a correct client does.
    pub client: &'static str,
    /// Whether a correct client must survive it.
    pub manner: Manner,
}

impl Entry {
    /// The name of the scenario that shows it, in `scenarios/faults`.
    pub fn scenario(&self) -> String {
        let kind = self.name.strip_prefix("an ").unwrap_or(self.name);
        format!("{}-{kind}", self.stage)
    }
}

/// What a kind is to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manner {
    /// Legal: a correct client survives it.
    Legal,
    /// Illegal, or the end of the exchange: a correct client refuses it or gives up in time.
    Hostile,
    /// The host's own affair: the client sees what the host decides.
    Host,
    /// Carried out by a world or a DNS zone, and data here.
    Elsewhere,
}
