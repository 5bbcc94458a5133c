//! `n = 25`: a machine many times over.
//!
//! Before anything else is read, a machine with `n` is replaced by `n` of its kind, `ID-1` to
//! `ID-n` (a name of its own likewise), so that a value drawn is drawn for each, and each is an actor
//! of its own. Their common id names them all, in steps and expectations.

use std::collections::BTreeMap;

use crate::scenario::draw::Picker;
use crate::scenario::node::{Node, Value, path};

/// The most copies of a machine.
pub const MOST: u64 = 10_000;

/// The groups: the common id by the id of each copy.
pub type Groups = BTreeMap<String, String>;

/// Replaces every machine that has `n`.
pub fn expand(root: &mut Node, picker: &mut Picker<'_>) -> Groups {
    let mut groups = Groups::new();
    let Some(machines) = root.table_mut().and_then(|table| table.get_mut("machine")) else {
        return groups;
    };
    let Value::List(list) = &mut machines.value else { return groups };
    let originals = std::mem::take(list);
    for (index, mut machine) in originals.into_iter().enumerate() {
        let name = path::element(&machine, index.saturating_add(1));
        let Some((id, count)) = copies(&mut machine, &name, picker) else {
            list.push(machine);
            continue;
        };
        for ordinal in 1..=count {
            let mut copy = machine.clone();
            let own = format!("{id}-{ordinal}");
            for key in ["id", "name"] {
                let node = copy.table_mut().and_then(|table| table.get_mut(key));
                if let Some(Node { value: Value::Text(text), .. }) = node {
                    *text = format!("{text}-{ordinal}");
                }
            }
            groups.insert(own, id.clone());
            list.push(copy);
        }
    }
    groups
}

/// A machine's id and how many of it there are; `None` where there is one, or where what is written
/// makes no sense, which is told when the machine is read.
fn copies(machine: &mut Node, name: &str, picker: &mut Picker<'_>) -> Option<(String, u64)> {
    let table = machine.table_mut()?;
    let count = table.get_mut("n")?;
    picker.resolve(count, &path::join(&path::join("machine", name), "n"));
    let count = match count.value {
        Value::Integer(count) => u64::try_from(count).ok().filter(|c| (1..=MOST).contains(c))?,
        _ => return None,
    };
    Some((table.text("id")?.to_owned(), count))
}
