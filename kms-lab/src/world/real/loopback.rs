//! The hosts of a world on loopback ports.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use client_sim::kms_host::KmsHost;
use kms_sim::net::meddling::Meddling;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;

use crate::recording::Recording;
use crate::world::engine::World;
use crate::world::real::door::{Door, Time, Watcher};

/// The hosts of a world on loopback ports.
pub(super) struct Loopback {
    pub(super) doors: Vec<(Arc<Door>, Arc<Shared>, Server)>,
}

impl Loopback {
    pub(super) fn open(
        world: &World,
        time: &Time,
        recording: Option<&Arc<Recording>>,
    ) -> Result<Self, String> {
        let mut doors = Vec::with_capacity(world.hosts.len());
        for (place, host) in (0..).zip(&world.hosts) {
            let door = Arc::new(Door::new(host.clock.clone(), *time));
            let reads = door.clone();
            let now = Box::new(move || reads.read());
            let since = *time;
            let elapsed = Box::new(move || since.since_start());
            let taps = recording.map_or_else(Taps::default, |recording| {
                recording.taps(place, Box::new(move || since.now()))
            });
            let options = Options {
                max_connections: host.max_connections,
                idle: Time::length(host.idle),
                session: host.session,
                taps,
            };
            let shared = Shared::meddled(
                host.host.clone(),
                now,
                Box::new(Watcher(door.clone())),
                options,
                Meddling::new(host.faults.clone(), elapsed),
            );
            let any = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
            let server = Server::start(&shared, &[any])
                .map_err(|(addr, error)| format!("cannot listen on {addr}: {error}"))?;
            doors.push((door, shared, server));
        }
        Ok(Self { doors })
    }

    /// Where a host of the world listens, as a machine is pointed at it.
    pub(super) fn address(&self, host: usize) -> Option<KmsHost> {
        let (_, _, server) = self.doors.get(host)?;
        server.addrs().first()?.to_string().parse().ok()
    }

    /// Hosts and clocks as the world has them go out to the sockets.
    pub(super) fn push(&self, world: &World) {
        for ((door, shared, _), host) in self.doors.iter().zip(&world.hosts) {
            door.set_clock(host.clock.clone());
            shared.host().clone_from(&host.host);
        }
    }

    /// Hosts, clocks and faults as the sockets left them come in.
    pub(super) fn pull(&self, world: &mut World) {
        for ((door, shared, _), host) in self.doors.iter().zip(&mut world.hosts) {
            host.clock = door.clock();
            host.host = shared.host().clone();
            if let Some(meddling) = shared.meddling() {
                host.faults = meddling.faults().clone();
            }
        }
    }
}
