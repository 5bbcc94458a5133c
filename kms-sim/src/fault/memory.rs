//! What rules need to know of exchanges that are over.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kms_proto::guid::Uuid;

use crate::fault::kind::Kind;
use crate::fault::kind::message::{Counting, MessageKind};
use crate::fault::rule::Rule;

/// Machines remembered in the order they were met; later ones have no place.
const MOST: usize = 65_536;

/// Earlier answers, counts, and machines; kept only where a rule asks for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    wants_last: bool,
    wants: BTreeSet<u64>,
    wants_machines: bool,
    granted: u64,
    last: Option<Bytes>,
    kept: BTreeMap<u64, Bytes>,
    counts: BTreeMap<String, u32>,
    machines: BTreeMap<Uuid, u64>,
}

impl Memory {
    /// Learns what a rule will ask for.
    pub(crate) fn expect(&mut self, rule: &Rule) {
        match rule.kind {
            Kind::Message(MessageKind::Stale {}) => self.wants_last = true,
            Kind::Message(MessageKind::Replay { nth }) => {
                self.wants.insert(nth);
            }
            _ => {}
        }
        self.wants_machines |= rule.matches.nth_client.is_some();
    }

    /// Remembers an answer as it was sealed.
    pub(crate) fn answered(&mut self, sealed: &[u8]) {
        self.granted = self.granted.saturating_add(1);
        if self.wants.contains(&self.granted) {
            self.kept.insert(self.granted, Bytes::copy_from_slice(sealed));
        }
        if self.wants_last {
            self.last = Some(Bytes::copy_from_slice(sealed));
        }
    }

    /// The answer before this one.
    pub(crate) fn last(&self) -> Option<Bytes> {
        self.last.clone()
    }

    /// The n-th answer the host granted.
    pub(crate) fn nth(&self, nth: u64) -> Option<Bytes> {
        self.kept.get(&nth).cloned()
    }

    /// The count a rule gives instead of `count`.
    pub(crate) fn count(&mut self, id: &str, how: Counting, count: u32) -> u32 {
        let next = match (how, self.counts.get(id)) {
            (Counting::Freeze, Some(before)) => *before,
            (Counting::Rollback, Some(before)) => before.saturating_sub(1),
            (Counting::Jump, Some(before)) => before.saturating_add(1000),
            (Counting::Rollback, None) => count.saturating_sub(1),
            (Counting::Jump, None) => count.saturating_add(1000),
            (Counting::Freeze, None) => count,
        };
        self.counts.insert(id.to_owned(), next);
        next
    }

    /// Which machine this is, in the order they were met.
    pub(crate) fn machine(&mut self, cmid: Uuid) -> Option<u64> {
        if !self.wants_machines {
            return None;
        }
        if let Some(ordinal) = self.machines.get(&cmid) {
            return Some(*ordinal);
        }
        let ordinal = u64::try_from(self.machines.len()).ok()?.saturating_add(1);
        if self.machines.len() < MOST {
            self.machines.insert(cmid, ordinal);
            return Some(ordinal);
        }
        None
    }
}
