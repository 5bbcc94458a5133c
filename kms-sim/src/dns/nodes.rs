//! What a zone holds: names, their records, and who made them.

use std::collections::BTreeMap;

use hickory_proto::rr::{Name, RData, RecordType};

/// Records a zone holds at most; an update that would add more is refused.
pub const MOST: usize = 10_000;

/// The records of one type at one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// How many seconds they may be kept; one for all (RFC 2181 §5.2).
    pub ttl: u32,
    /// The records' data, each once, in the order they came.
    pub data: Vec<RData>,
}

/// A name and what stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its sets, by the number of their type.
    pub sets: BTreeMap<u16, Set>,
    /// Who made it.
    pub owner: Owner,
}

/// Who made a name, and so may change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// It was there from the start.
    #[default]
    Administrator,
    /// Somebody who did not sign.
    Anyone,
    /// Whoever signs with this key.
    Key(Name),
}

/// All names of a zone. Names know no case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    nodes: BTreeMap<Name, Node>,
}

impl Nodes {
    /// A name, where there are records.
    pub fn node(&self, name: &Name) -> Option<&Node> {
        self.nodes.get(name)
    }

    /// The records of a type at a name.
    pub fn set(&self, name: &Name, kind: RecordType) -> Option<&Set> {
        self.nodes.get(name)?.sets.get(&kind.into())
    }

    /// Whether the name exists: it has records, or stands between the zone and one that has.
    pub fn exists(&self, name: &Name) -> bool {
        self.nodes.contains_key(name)
            || self.nodes.range(name.clone()..).next().is_some_and(|(next, _)| name.zone_of(next))
    }

    /// Every record there is: names in DNS's order, types by number.
    pub fn records(&self) -> impl Iterator<Item = (&Name, u32, &RData)> {
        self.nodes.iter().flat_map(|(name, node)| {
            let sets = node.sets.values();
            sets.flat_map(move |set| set.data.iter().map(move |data| (name, set.ttl, data)))
        })
    }

    /// How many records there are.
    pub fn count(&self) -> usize {
        self.nodes.values().flat_map(|node| node.sets.values()).map(|set| set.data.len()).sum()
    }

    /// Adds a record; a name that is new is `owner`'s. Whether anything changed.
    pub fn add(&mut self, name: &Name, ttl: u32, data: RData, owner: &Owner) -> bool {
        let new = || Node { sets: BTreeMap::new(), owner: owner.clone() };
        let node = self.nodes.entry(name.to_lowercase()).or_insert_with(new);
        let set = node.sets.entry(data.record_type().into()).or_default();
        let changed = set.ttl != ttl || !set.data.contains(&data);
        set.ttl = ttl;
        if !set.data.contains(&data) {
            set.data.push(data);
        }
        changed
    }

    /// Takes the sets away for which `gone` is true. Whether there was one.
    pub fn remove_sets(&mut self, name: &Name, mut gone: impl FnMut(RecordType) -> bool) -> bool {
        let Some(node) = self.nodes.get_mut(name) else { return false };
        let before = node.sets.len();
        node.sets.retain(|kind, _| !gone(RecordType::from(*kind)));
        let changed = node.sets.len() != before;
        if node.sets.is_empty() {
            self.nodes.remove(name);
        }
        changed
    }

    /// Takes one record away. Whether it was there.
    pub fn remove(&mut self, name: &Name, data: &RData) -> bool {
        let kind = data.record_type();
        let Some(node) = self.nodes.get_mut(name) else { return false };
        let Some(set) = node.sets.get_mut(&kind.into()) else { return false };
        let before = set.data.len();
        set.data.retain(|other| other != data);
        let (empty, changed) = (set.data.is_empty(), set.data.len() != before);
        if empty {
            self.remove_sets(name, |other| other == kind);
        }
        changed
    }
}
