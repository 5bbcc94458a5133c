//! A look-up: one question, and what an answer to it says.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, RecordType};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::message::{question, read, write};
use kms_proto::dns::name::{domain, shown, vlmcs};
use kms_proto::dns::outline::header;

use crate::dns::srv::Srv;

/// How many aliases are followed within one answer.
const ALIASES: usize = 8;

/// A question on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    id: u16,
    name: Name,
    kind: RecordType,
}

/// What a datagram or a TCP message says to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is no answer to it: one goes on waiting.
    NotMine,
    /// The answer did not fit: ask again over TCP.
    Truncated,
    /// There are records.
    Found(Found),
    /// There are none, and why.
    Nothing(DnsFailure),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The hosts, in the order of the answer.
    pub records: Vec<Srv>,
    /// Addresses, by names in lower case without a dot at their end: those asked for, and those
    /// the server sent along.
    pub addresses: BTreeMap<String, Vec<IpAddr>>,
    /// How many seconds all of it may be kept.
    pub ttl: u32,
}

impl Found {
    /// The addresses of a host, where they are known.
    pub fn addresses_of(&self, host: &str) -> &[IpAddr] {
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        self.addresses.get(&name).map_or(&[], Vec::as_slice)
    }
}

impl Lookup {
    /// The KMS hosts of a domain: `_vlmcs._tcp` under `suffix`.
    ///
    /// # Errors
    ///
    /// When there is no suffix, or DNS takes none such.
    pub fn hosts(suffix: &str, id: u16) -> Result<Self, DnsFailure> {
        let domain = domain(suffix).map_err(|_| DnsFailure::InvalidName)?;
        let name = vlmcs(&domain).ok_or(DnsFailure::InvalidName)?;
        Ok(Self { id, name, kind: RecordType::SRV })
    }

    /// The IPv4 addresses of a host.
    ///
    /// # Errors
    ///
    /// When DNS takes no such name.
    pub fn ipv4(host: &str, id: u16) -> Result<Self, DnsFailure> {
        let name = domain(host).map_err(|_| DnsFailure::InvalidName)?;
        Ok(Self { id, name, kind: RecordType::A })
    }

    /// The IPv6 addresses of a host.
    ///
    /// # Errors
    ///
    /// When DNS takes no such name.
    pub fn ipv6(host: &str, id: u16) -> Result<Self, DnsFailure> {
        Ok(Self { kind: RecordType::AAAA, ..Self::ipv4(host, id)? })
    }

    /// The name asked for, without the dot at its end.
    pub fn name(&self) -> String {
        shown(&self.name)
    }

    /// The question.
    pub fn query(&self) -> Vec<u8> {
        write(&question(self.id, &self.name, self.kind))
    }

    /// What `reply` says to it.
    pub fn read(&self, reply: &[u8]) -> Heard {
        let ours = header(reply).is_some_and(|header| header.id == self.id && header.is_response());
        if !ours {
            return Heard::NotMine;
        }
        let Ok(message) = read(reply) else {
            return Heard::Nothing(DnsFailure::BadPacket);
        };
        if !self.is_answered_by(&message) {
            return Heard::NotMine;
        }
        if message.metadata.truncation {
            return Heard::Truncated;
        }
        match message.metadata.response_code {
            ResponseCode::NoError => self.found(&message),
            other => Heard::Nothing(DnsFailure::Rcode(other.into())),
        }
    }

    /// A server repeats the question, but for one it could not read.
    fn is_answered_by(&self, message: &Message) -> bool {
        let repeated = match message.queries.as_slice() {
            [] => message.metadata.response_code != ResponseCode::NoError,
            [query] => query.name() == &self.name && query.query_type() == self.kind,
            _ => false,
        };
        repeated
            && message.metadata.message_type == MessageType::Response
            && message.metadata.op_code == OpCode::Query
    }

    fn found(&self, message: &Message) -> Heard {
        let mut found = Found { ttl: u32::MAX, ..Found::default() };
        let names = self.aliases(message);
        for record in message.answers.iter().filter(|r| r.dns_class == DNSClass::IN) {
            if !names.contains(&record.name) {
                continue;
            }
            match &record.data {
                RData::SRV(srv) if self.kind == RecordType::SRV => {
                    // The root says that there is no such service (RFC 2782).
                    let target = format!("{}:{}", shown(&srv.target), srv.port);
                    if !srv.target.is_root()
                        && let Ok(target) = target.parse()
                    {
                        let (priority, weight) = (srv.priority, srv.weight);
                        found.records.push(Srv { priority, weight, target });
                        found.ttl = found.ttl.min(record.ttl);
                    }
                }
                // Whatever it is an alias of, it is asked for by this name.
                data if record.record_type() == self.kind && found.add(&self.name, data) => {
                    found.ttl = found.ttl.min(record.ttl);
                }
                _ => {}
            }
        }
        if found.records.is_empty() && found.addresses.is_empty() {
            return Heard::Nothing(DnsFailure::NoRecords);
        }
        for record in message.additionals.iter().filter(|r| r.dns_class == DNSClass::IN) {
            found.add(&record.name, &record.data);
        }
        Heard::Found(found)
    }

    /// The name, and what it is an alias of.
    fn aliases(&self, message: &Message) -> Vec<Name> {
        let mut names = vec![self.name.clone()];
        for _ in 0..ALIASES {
            let alias = message.answers.iter().find_map(|record| match &record.data {
                RData::CNAME(to) if names.last() == Some(&record.name) => Some(to.0.clone()),
                _ => None,
            });
            match alias {
                Some(to) if !names.contains(&to) => names.push(to),
                _ => break,
            }
        }
        names
    }
}

impl Found {
    fn add(&mut self, name: &Name, data: &RData) -> bool {
        let address = match data {
            RData::A(address) => IpAddr::V4(address.0),
            RData::AAAA(address) => IpAddr::V6(address.0),
            _ => return false,
        };
        let known = self.addresses.entry(shown(&name.to_lowercase())).or_default();
        if !known.contains(&address) {
            known.push(address);
        }
        true
    }
}
