//! When a rule applies, as its file says it.

use kms_proto::time::duration::Nanos;
use serde::Deserialize;

use crate::fault::nth::Nth;
use crate::fault::value::Length;

/// The selectors of a rule's `when`; all that are given must hold.
///
/// Times are true time since the start. Those of `after`, `until` and `window` arm and disarm the
/// rule: while it is not armed nothing is counted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The first so many.
    pub first: Option<u64>,
    /// Exactly these.
    pub nth: Option<Nth>,
    /// Every so many, beginning with `offset`.
    pub every: Option<u64>,
    /// The first that `every` picks; `every` itself where it is not said.
    pub offset: Option<u64>,
    /// Armed from then on, that moment included.
    pub after: Option<Since>,
    /// Disarmed from then on, that moment included.
    pub until: Option<Since>,
    /// Armed from the first moment to before the second.
    pub window: Option<(Length, Length)>,
    /// Those beyond a number in each period.
    pub quota: Option<Quota>,
    /// More and more of them, all, and less and less again.
    pub outage: Option<Outage>,
    /// As this script says, one word for each.
    pub sequence: Option<Vec<Word>>,
    /// Begins the script again at its end; without it nothing fails after the end.
    pub cycle: bool,
    /// What is counted.
    pub of: Of,
    /// Each with this probability.
    pub prob: Option<f64>,
    /// A place in a cycle over all exchanges of the host.
    #[serde(skip)]
    pub slot: Option<Slot>,
}

/// A moment: a time, or an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a length of time such as \"1h\", or { journal = \"…\" }")]
pub enum Since {
    /// This long after the start.
    Time(Length),
    /// When the journal first told of this: an event's name, such as `conn-open`, or a fault's id.
    Journal(Journal),
}

/// What the journal is to tell of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// An event's name, or a fault's id.
    pub journal: String,
}

/// Those beyond `limit` in each `per`, periods being counted from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// How many are spared in each period.
    pub limit: u64,
    /// The period.
    pub per: Length,
}

/// A failure that comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// When it begins.
    pub start: Length,
    /// How long it is, ramps included.
    #[serde(rename = "for")]
    pub length: Length,
    /// How long it takes to become full, and to end.
    #[serde(default)]
    pub ramp: Length,
}

/// A word of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Nothing happens.
    Ok,
    /// The fault happens.
    Fail,
}

/// What a rule counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// Each thing the stage sees: an answer, a request, a connection at `tcp.accept`.
    #[default]
    Exchange,
    /// Connections: all of one are alike.
    Connection,
    /// Machines: all of one are alike.
    Client,
}

/// A place in a cycle over all exchanges of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// How many places there are.
    pub of: u64,
    /// Which place this is, counted from 0.
    pub at: u64,
    /// Of which exchanges the cycle is made.
    pub over: Over,
}

/// Which exchanges a cycle runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// All.
    All,
    /// All but every n-th.
    AllBut(u64),
    /// Every n-th.
    Every(u64),
}

impl When {
    /// Holds the selectors to their ranges.
    ///
    /// # Errors
    ///
    /// The key at fault, and what is wrong with it, for people.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, message: &str| Err((key, message.to_owned()));
        if self.every == Some(0) || self.offset == Some(0) {
            return wrong("every", "every and offset are at least 1");
        }
        if self.offset.is_some() && self.every.is_none() {
            return wrong("offset", "offset says where every begins; there is no every");
        }
        if self.prob.is_some_and(|prob| !(0.0..=1.0).contains(&prob)) {
            return wrong("prob", "prob is 0 to 1");
        }
        if self.window.is_some_and(|(from, to)| to <= from) {
            return wrong("window", "a window ends after it begins");
        }
        if let (Some(Since::Time(after)), Some(Since::Time(until))) = (&self.after, &self.until)
            && until <= after
        {
            return wrong("until", "until comes after after: between the two it strikes");
        }
        if self.quota.is_some_and(|quota| quota.per.0 <= Nanos(0)) {
            return wrong("quota", "the period of a quota is longer than 0");
        }
        if self.outage.is_some_and(|o| o.length.0.0 / 2 < o.ramp.0.0) {
            return wrong("outage", "two ramps must fit into an outage");
        }
        if self.sequence.as_ref().is_some_and(|words| !words.contains(&Word::Fail)) {
            return wrong("sequence", "a sequence has at least one \"fail\"");
        }
        if self.first == Some(0) {
            return wrong("first", "first is at least 1");
        }
        if self.prob == Some(0.0) {
            return wrong("prob", "with prob = 0 it never strikes");
        }
        if self.cycle && self.sequence.is_none() {
            return wrong("cycle", "cycle begins a sequence again; there is no sequence");
        }
        Ok(())
    }

    /// Whether time alone decides.
    pub fn is_time_alone(&self) -> bool {
        let Self { after, until, window, .. } = self.clone();
        *self == Self { after, until, window, ..Self::default() }
    }
}
