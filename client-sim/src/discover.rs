//! Which hosts a machine asks, and in which order.
//!
//! "Understanding KMS" and "Slmgr.vbs options" on learn.microsoft.com: a host set by `/skms` is
//! the only one; else the host that answered last, where hosts are kept, and then those that DNS
//! names under the domain of `/skms-domain`, or else under the computer's primary suffix and then
//! under the suffixes of its search list, in turn. Priority and weight count since Windows 7
//! (RFC 2782).

use kms_proto::dns::failure::DnsFailure;
use kms_proto::draw::Draw;

use crate::dns::srv::Srv;
use crate::kms_host::KmsHost;
use crate::machine::Machine;

/// Where a machine's network settings have it look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suffixes {
    /// The primary DNS suffix, of a member its domain's.
    pub primary: Option<String>,
    /// The search list, or DHCP's domain (option 15), of a computer in a workgroup.
    pub search: Vec<String>,
}

impl Machine {
    /// The only host this machine asks, where one was set.
    pub fn explicit_host(&self) -> Option<&KmsHost> {
        self.registered_host.as_ref()
    }

    /// The domains whose hosts it looks up, each once, until one names any; empty where there is
    /// nothing to look under (`0x8007007B`).
    pub fn domains(&self, suffixes: &Suffixes) -> Vec<String> {
        if let Some(domain) = &self.lookup_domain {
            return vec![domain.clone()];
        }
        let mut domains: Vec<String> = Vec::new();
        for suffix in suffixes.primary.iter().chain(&suffixes.search) {
            if !domains.iter().any(|known| known.eq_ignore_ascii_case(suffix)) {
                domains.push(suffix.clone());
            }
        }
        domains
    }

    /// The hosts to try that DNS gave in this order: the one that answered last before all others.
    ///
    /// A host that is kept and was tried in vain is followed by those DNS names: it is rediscovered.
    pub fn candidates(&self, ordered: Vec<KmsHost>) -> Vec<KmsHost> {
        let mut hosts: Vec<KmsHost> = self.cached_host().cloned().into_iter().collect();
        for host in ordered {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    /// The host that answered last, where hosts are kept.
    pub fn cached_host(&self) -> Option<&KmsHost> {
        self.discovered_host.as_ref().filter(|_| self.host_caching)
    }

    /// An attempt ended: `server` activated the machine, and it was found in DNS.
    pub fn keep_host(&mut self, server: &KmsHost) {
        if self.registered_host.is_none() && self.host_caching {
            self.discovered_host = Some(server.clone());
        }
    }
}

/// The records in the order one look-up gives them (RFC 2782): by priority, and among equals by a
/// draw that their weights bias. `of` is whoever looks up, `ordinal` its how manieth look-up it is.
pub fn order(records: &[Srv], draw: Draw, of: &str, ordinal: u64) -> Vec<KmsHost> {
    let mut left = shuffled(records, draw, of, ordinal);
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

/// The records in the random order in which DNS gives them ("Understanding KMS"), so that those
/// without any weight take turns too.
fn shuffled<'r>(records: &'r [Srv], draw: Draw, of: &str, ordinal: u64) -> Vec<&'r Srv> {
    let mut left: Vec<&Srv> = records.iter().collect();
    for last in (1..left.len()).rev() {
        let number = u64::try_from(last).unwrap_or(u64::MAX - 1);
        let other = draw.below(number + 1, of, "srv", (ordinal, number), "place");
        left.swap(last, usize::try_from(other).unwrap_or(last));
    }
    left
}

/// What a search that found nothing under any domain comes to: that no name was there to look for
/// where there was no domain; else the failure that says most, the first of several that say as
/// much.
///
/// A server that failed says more than one that knows no record, and that more than one that knows
/// no name: the name may be there all the same.
pub fn nothing_found(failures: &[DnsFailure]) -> DnsFailure {
    let says = |failure: DnsFailure| match failure {
        DnsFailure::NAME => 0,
        DnsFailure::InvalidName => 1,
        DnsFailure::NoRecords => 2,
        _ => 3,
    };
    let mut most = None;
    for failure in failures.iter().copied() {
        if most.is_none_or(|most| says(failure) > says(most)) {
            most = Some(failure);
        }
    }
    most.unwrap_or(DnsFailure::InvalidName)
}

#[cfg(test)]
mod tests {
    use kms_proto::kms::hresult::HResult;
    use kms_proto::kms::machine_name::MachineName;
    use kms_proto::kms::realm::Realm;
    use kms_proto::windows::identity::Edition;
    use proptest::prelude::*;

    use super::*;

    fn record(priority: u16, weight: u16, name: &str) -> Srv {
        Srv { priority, weight, target: name.parse().unwrap() }
    }

    fn machine() -> Machine {
        let name = MachineName::new("PC").unwrap();
        Machine::new(name, Realm::default(), Edition::Enterprise)
    }

    #[test]
    fn hosts_that_publish_alike_are_asked_alike() {
        let records = ["a", "b", "c"].map(|name| record(0, 0, name));
        let mut first = [0; 3];
        for ordinal in 0..3000 {
            let names = order(&records, Draw::new(1), "PC", ordinal);
            first[records.iter().position(|record| record.target == names[0]).unwrap()] += 1;
        }
        assert!(first.iter().all(|count| (900..1100).contains(count)), "{first:?}");
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

    #[test]
    fn a_domain_that_was_set_comes_before_the_computers_own_and_that_before_the_list() {
        let mut machine = machine();
        let mut suffixes = Suffixes {
            primary: Some("lab.example".into()),
            search: vec!["a.example".into(), "LAB.example".into(), "b.example".into()],
        };
        machine.lookup_domain = Some("kms.example".into());
        assert_eq!(machine.domains(&suffixes), ["kms.example"]);
        machine.lookup_domain = None;
        assert_eq!(machine.domains(&suffixes), ["lab.example", "a.example", "b.example"]);
        suffixes.primary = None;
        assert_eq!(machine.domains(&suffixes), ["a.example", "LAB.example", "b.example"]);
        assert_eq!(machine.domains(&Suffixes::default()), [""; 0]);
    }

    #[test]
    fn a_kept_host_comes_first_and_those_of_dns_follow() {
        let mut machine = machine();
        let host = |name: &str| name.parse::<KmsHost>().unwrap();
        let found = vec![host("a"), host("b")];
        machine.keep_host(&host("b"));
        assert_eq!(machine.candidates(found.clone()), [host("b"), host("a")]);
        machine.keep_host(&host("c"));
        assert_eq!(machine.candidates(found.clone()), [host("c"), host("a"), host("b")]);
        machine.host_caching = false;
        machine.keep_host(&host("d"));
        assert_eq!(machine.candidates(found.clone()), found);
        machine.host_caching = true;
        machine.registered_host = Some(host("e"));
        machine.keep_host(&host("e"));
        assert_eq!(machine.discovered_host, Some(host("c")));
    }

    #[test]
    fn what_a_search_in_vain_comes_to() {
        use DnsFailure as F;
        for (failures, code) in [
            (&[][..], 0x8007_007B),
            (&[F::NAME][..], 0x8007_232B),
            (&[F::NAME, F::NAME], 0x8007_232B),
            (&[F::NAME, F::NoRecords], 0x8007_251D),
            (&[F::NoRecords, F::SERVER, F::NAME], 0x8007_232A),
            (&[F::NoServers], 0x8007_267C),
            (&[F::NoAnswer], 0x8007_232A),
        ] {
            assert_eq!(nothing_found(failures).code(), HResult(code), "{failures:?}");
        }
    }

    proptest! {
        #[test]
        fn an_order_is_the_records_by_priority(
            records in prop::collection::vec((0u16..3, any::<u16>(), 0u8..9), 0..8),
            seed: u64,
        ) {
            let records: Vec<Srv> =
                records.iter().map(|(p, w, n)| record(*p, *w, &format!("h{n}-{p}"))).collect();
            let ordered = order(&records, Draw::new(seed), "PC", 1);
            let mut expected: Vec<String> = records.iter().map(|r| r.target.to_string()).collect();
            let mut found: Vec<String> = ordered.iter().map(ToString::to_string).collect();
            let priorities: Vec<_> = found.iter().map(|n| n.split(['-', ':']).nth(1).unwrap().to_owned()).collect();
            prop_assert!(priorities.is_sorted());
            expected.sort();
            found.sort();
            prop_assert_eq!(expected, found);
        }
    }
}
