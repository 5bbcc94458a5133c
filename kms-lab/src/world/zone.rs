//! The DNS zone: the hosts a machine finds that was told of none.

use client_sim::dns::srv::Srv;
use client_sim::kms_host::KmsHost;
use kms_proto::draw::Draw;

/// The records in the order one look-up gives them (RFC 2782): by priority, and among equals by a
/// draw that their weights bias. `of` is whoever looks up, `ordinal` its how manieth look-up it is.
pub fn order(records: &[Srv], draw: Draw, of: &str, ordinal: u64) -> Vec<KmsHost> {
    let mut left: Vec<&Srv> = records.iter().collect();
    // Records without weight first, as RFC 2782 has the running sum begin with them.
    left.sort_by_key(|record| (record.priority, record.weight != 0));
    let mut ordered = Vec::with_capacity(left.len());
    let mut pick = 0;
    while let Some(first) = left.first().map(|record| record.priority) {
        let equals = left.iter().take_while(|record| record.priority == first);
        let weights: Vec<u64> = equals.map(|record| u64::from(record.weight)).collect();
        let total: u64 = weights.iter().sum();
        let mut drawn = draw.below(total + 1, of, "srv", (ordinal, pick), "weight");
        let chosen = weights.iter().position(|weight| {
            let found = drawn <= *weight;
            drawn = drawn.saturating_sub(*weight);
            found
        });
        ordered.push(left.remove(chosen.unwrap_or(0)).target.clone());
        pick += 1;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(priority: u16, weight: u16, name: &str) -> Srv {
        Srv { priority, weight, target: name.parse().unwrap() }
    }

    #[test]
    fn priorities_come_in_order_and_weights_bias_the_draw() {
        let records = [record(10, 0, "last"), record(0, 1, "seldom"), record(0, 99, "often")];
        let mut first = 0;
        for ordinal in 0..1000 {
            let names = order(&records, Draw::new(1), "PC", ordinal);
            assert_eq!(names.last().unwrap().name(), "last");
            first += usize::from(names.first().unwrap().name() == "often");
        }
        assert!((950..1000).contains(&first), "{first}");
        let again = |ordinal| order(&records, Draw::new(1), "PC", ordinal);
        assert_eq!(again(7), again(7));
        assert_eq!(order(&[], Draw::new(1), "PC", 0), []);
    }
}
