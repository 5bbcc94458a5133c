//! The client list against the sentence that defines it, with a clock that may step back.

use kms_proto::guid::Uuid;
use kms_proto::time::FileTime;
use kms_sim::clients::Clients;
use kms_sim::clients::list::{LIFETIME, MOST};
use proptest::prelude::*;

/// The definition, read aloud: every machine with its last contact, in order of arrival.
#[derive(Default)]
struct Model {
    machines: Vec<(Uuid, u64)>,
    largest_n: u32,
}

impl Model {
    fn contact(&mut self, cmid: Uuid, n: u32, now: u64) {
        self.largest_n = self.largest_n.max(n).max(1);
        let limit = MOST.min(usize::try_from(self.largest_n).unwrap() * 2);
        self.machines = self.alive(now);
        let known = self.machines.iter().any(|m| m.0 == cmid);
        if !known && self.machines.len() >= limit {
            let oldest = self.machines.iter().map(|m| m.1).min().unwrap();
            let at = self.machines.iter().position(|m| m.1 == oldest).unwrap();
            self.machines.remove(at);
        }
        self.machines.retain(|m| m.0 != cmid);
        self.machines.push((cmid, now));
    }

    fn alive(&self, now: u64) -> Vec<(Uuid, u64)> {
        let listed = |m: &&(Uuid, u64)| now.saturating_sub(m.1) < LIFETIME;
        self.machines.iter().filter(listed).copied().collect()
    }
}

/// Steps of the host's clock: small, of a lifetime, or anything; forward and back.
fn clock() -> impl Strategy<Value = u64> {
    const START: u64 = 134_000_000_000_000_000;
    prop_oneof![
        4 => START..START + 20,
        2 => START + LIFETIME - 10..START + LIFETIME + 10,
        2 => START + 2 * LIFETIME - 10..START + 2 * LIFETIME + 10,
        1 => any::<u64>(),
        1 => prop_oneof![Just(0), Just(u64::MAX)],
    ]
}

proptest! {
    #[test]
    fn the_list_is_its_definition(
        steps in prop::collection::vec((0_u128..12, 0_u32..6, clock(), clock()), 1..120)
    ) {
        let (mut clients, mut model) = (Clients::default(), Model::default());
        let application = Uuid::from_u128(7);
        for (number, n, now, read_at) in steps {
            let cmid = Uuid::from_u128(number);
            model.contact(cmid, n, now);
            let count = clients.contact(application, cmid, n, FileTime(now));
            prop_assert_eq!(count, model.alive(now).len());

            let list = clients.list(application).unwrap();
            let mut expected = model.alive(read_at);
            expected.sort_by_key(|m| m.1);
            let listed: Vec<_> = list.machines(FileTime(read_at)).map(|m| (m.0, m.1.0)).collect();
            prop_assert_eq!(listed, expected);
            prop_assert_eq!(list.count(FileTime(read_at)), model.alive(read_at).len());
        }
    }
}
