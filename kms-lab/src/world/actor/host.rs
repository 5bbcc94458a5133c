//! A host, its clock and its door.

use std::net::{IpAddr, Ipv4Addr};

use client_sim::clock::Clock;
use client_sim::kms_host::KmsHost;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::identity;
use kms_sim::fault::faults::Faults;
use kms_sim::host::Host;
use kms_sim::session::config::SessionConfig;

use crate::world::plan::HostPlan;

/// A host in a world.
#[derive(Debug)]
pub struct HostActor {
    /// The host itself.
    pub host: Host,
    /// Its clock.
    pub clock: Clock,
    /// The name and port machines reach it by.
    pub address: KmsHost,
    /// The address that name has.
    pub ip: IpAddr,
    /// What a session allows its peer.
    pub session: SessionConfig,
    /// How long a peer may take to complete a PDU.
    pub idle: Nanos,
    /// Connections served at once.
    pub max_connections: usize,
    /// Whether its service runs: somebody listens.
    pub serves: bool,
    /// Connections accepted so far.
    pub accepted: u64,
    /// Connections open.
    pub open: usize,
    /// What goes wrong with it.
    pub faults: Faults,
    /// Exchanges judged.
    pub exchanges: u64,
    /// Until when it does nothing at all.
    pub asleep: Option<Moment>,
}

impl HostActor {
    /// The host that `plan` describes, the one numbered `place`.
    pub fn new(plan: &HostPlan, place: usize, start: Moment, draw: Draw) -> Self {
        let clock = Clock::new(plan.clock, start, draw, &plan.config.name);
        let mut host = Host::new(plan.config.clone());
        if plan.fill > 0 {
            let now = clock.peek(start).filetime;
            host.fill(identity::WINDOWS, plan.fill, plan.fill.div_ceil(2), now);
        }
        Self {
            host,
            clock,
            address: plan.address.clone(),
            ip: ip(place),
            session: plan.session,
            idle: plan.idle,
            max_connections: plan.max_connections,
            serves: true,
            accepted: 0,
            open: 0,
            faults: plan.faults.clone(),
            exchanges: 0,
            asleep: None,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.host.config().name
    }
}

/// An address of the network RFC 2544 sets apart for tests.
fn ip(place: usize) -> IpAddr {
    let number = u16::try_from(place).unwrap_or(u16::MAX).saturating_add(1);
    let [high, low] = number.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(198, 18, high, low))
}
