//! Finding hosts in real DNS: `_vlmcs._tcp`, then the hosts' addresses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use client_sim::discover::order;
use client_sim::dns::lookup::{Found, Lookup};
use client_sim::kms_host::KmsHost;
use client_sim::net::dns::look_up;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::draw::Draw;

/// A host that was found, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name and port.
    pub host: KmsHost,
    /// Its addresses; none where DNS knows none.
    pub addresses: Vec<SocketAddr>,
}

/// Who looks, and where.
#[derive(Clone, Copy, Debug)]
pub struct Seeker<'a> {
    /// The DNS servers it asks.
    pub servers: &'a [SocketAddr],
    /// Its DNS suffix.
    pub suffix: &'a str,
    /// Its name, by which its draws are told from others'.
    pub name: &'a str,
    /// What the ids of questions and the order of hosts are drawn from.
    pub draw: Draw,
    /// How long each question may take.
    pub limit: Duration,
}

impl Seeker<'_> {
    /// The hosts of the suffix in the order of RFC 2782, each with its addresses.
    ///
    /// # Errors
    ///
    /// What DNS says, or does not, when it names no host.
    pub async fn hosts(&self) -> Result<Vec<Candidate>, DnsFailure> {
        let question = Lookup::hosts(self.suffix, self.id(0))?;
        let found = look_up(self.servers, &question, self.limit).await?;
        let mut candidates = Vec::new();
        for (number, host) in (1..).zip(order(&found.records, self.draw, self.name, 1)) {
            let addresses = self.addresses(&found, &host, number).await;
            candidates.push(Candidate { host, addresses });
        }
        Ok(candidates)
    }

    /// The addresses of a host: those that came along, or those DNS gives when it is asked.
    async fn addresses(&self, found: &Found, host: &KmsHost, number: u64) -> Vec<SocketAddr> {
        let name = host.name();
        let mut addresses = found.addresses_of(name).to_vec();
        for (kind, question) in (0..).zip([Lookup::ipv4, Lookup::ipv6]) {
            if !addresses.is_empty() {
                break;
            }
            let Ok(question) = question(name, self.id(2 * number + kind)) else { continue };
            if let Ok(found) = look_up(self.servers, &question, self.limit).await {
                addresses.extend(found.addresses_of(name));
            }
        }
        let at = |address: IpAddr| SocketAddr::new(address, host.port());
        addresses.into_iter().map(at).collect()
    }

    /// The id of a question.
    pub fn id(&self, number: u64) -> u16 {
        id(self.draw, self.name, number)
    }
}

/// The id of somebody's message to DNS.
pub fn id(draw: Draw, name: &str, number: u64) -> u16 {
    u16::try_from(draw.below(1 << 16, name, "dns", (0, number), "id")).unwrap_or(0)
}
