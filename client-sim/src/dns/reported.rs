//! What a machine writes into its log when it could not register in DNS.

use std::net::IpAddr;

use kms_proto::dns::failure::DnsFailure;
use kms_proto::guid::derived;
use kms_proto::windows::event::dns_registration::{Cause, NotRegistered};

use crate::machine::Machine;

/// The cause Windows has for a failure; `None` where there is no name to register, as then nothing
/// was tried.
pub const fn cause(failure: DnsFailure) -> Option<Cause> {
    Some(match failure {
        DnsFailure::NoAnswer => Cause::TimedOut,
        DnsFailure::Rcode(2) => Cause::ServerFailed,
        DnsFailure::Rcode(4) => Cause::NotSupported,
        DnsFailure::Rcode(5) => Cause::Refused,
        DnsFailure::Rcode(16..=18) => Cause::Security,
        DnsFailure::InvalidName => return None,
        _ => Cause::Other,
    })
}

/// The record of a registration of `addresses` under `suffix` that failed; `None` where nothing is
/// written.
pub fn report(
    machine: &Machine,
    suffix: &str,
    servers: &[IpAddr],
    addresses: &[IpAddr],
    failure: DnsFailure,
) -> Option<NotRegistered> {
    let host = machine.name.to_string();
    let silent = matches!(failure, DnsFailure::NoAnswer | DnsFailure::NoServers);
    Some(NotRegistered {
        cause: cause(failure)?,
        adapter: derived(machine.realm.as_str(), "adapter", &host),
        host,
        suffix: suffix.to_owned(),
        servers: servers.to_vec(),
        sent_to: servers.first().copied().filter(|_| !silent),
        addresses: addresses.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use kms_proto::kms::machine_name::MachineName;
    use kms_proto::kms::realm::Realm;
    use kms_proto::windows::identity::Edition;

    use super::*;

    #[test]
    fn a_failure_is_reported_by_its_cause_and_with_the_server_that_answered() {
        let name = MachineName::new("PC").unwrap();
        let machine = Machine::new(name, Realm::default(), Edition::Enterprise);
        let (server, own) = ("10.0.0.53".parse().unwrap(), "10.0.0.7".parse().unwrap());
        for (failure, expected) in [
            (DnsFailure::NoAnswer, Some((8015, None))),
            (DnsFailure::SERVER, Some((8016, Some(server)))),
            (DnsFailure::Rcode(4), Some((8017, Some(server)))),
            (DnsFailure::REFUSED, Some((8018, Some(server)))),
            (DnsFailure::BAD_SIGNATURE, Some((8019, Some(server)))),
            (DnsFailure::BAD_KEY, Some((8019, Some(server)))),
            (DnsFailure::BAD_TIME, Some((8019, Some(server)))),
            (DnsFailure::NOT_AUTH, Some((8020, Some(server)))),
            (DnsFailure::BadPacket, Some((8020, Some(server)))),
            (DnsFailure::NoServers, Some((8020, None))),
            (DnsFailure::InvalidName, None),
        ] {
            let report = report(&machine, "lab.example", &[server], &[own], failure);
            let found = report.map(|report| (report.cause.id(), report.sent_to));
            assert_eq!(found, expected, "{failure}");
        }
    }
}
