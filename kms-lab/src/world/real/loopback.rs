//! The hosts of a world on loopback ports.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use kms_sim::net::meddling::Meddling;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;

use crate::recording::Recording;
use crate::world::engine::World;
use crate::world::real::door::{Door, Guests, Time, Watcher};

/// The hosts of a world on loopback ports.
pub(super) struct Loopback {
    pub(super) doors: Vec<(Arc<Door>, Arc<Shared>, Server)>,
    pub(super) guests: Arc<Guests>,
}

impl Loopback {
    pub(super) fn open(
        world: &World,
        time: &Time,
        recording: Option<&Arc<Recording>>,
    ) -> Result<Self, String> {
        let mut doors = Vec::with_capacity(world.hosts.len());
        let guests = Arc::new(Guests::default());
        for (place, host) in (0..).zip(&world.hosts) {
            let door = Arc::new(Door::new(host.clock.clone(), *time, guests.clone()));
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
            let (turns, known) = (door.clone(), guests.clone());
            let meddling = Meddling::new(host.faults.clone(), elapsed)
                .knowing(Box::new(move |peer| known.caller(peer)))
                .turning(Box::new(move |id, operation| turns.turn(id, operation)));
            let shared = Shared::meddled(
                host.host.clone(),
                now,
                Box::new(Watcher(door.clone())),
                options,
                meddling,
            );
            let any = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
            let server = Server::start(&shared, &[any])
                .map_err(|(addr, error)| format!("cannot listen on {addr}: {error}"))?;
            doors.push((door, shared, server));
        }
        Ok(Self { doors, guests })
    }

    /// Where a host of the world listens.
    pub(super) fn address(&self, host: usize) -> Option<SocketAddr> {
        let (_, _, server) = self.doors.get(host)?;
        server.addrs().first().copied()
    }

    /// Hosts and clocks as the world has them go out to the sockets.
    pub(super) fn push(&self, world: &World) {
        for ((door, shared, _), host) in self.doors.iter().zip(&world.hosts) {
            door.set_clock(host.clock.clone(), &world.sources);
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
