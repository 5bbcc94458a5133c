//! The hosts of a world on loopback ports.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use kms_proto::time::Moment;
use kms_sim::net::meddling::Meddling;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::net::tap::Taps;
use tokio::sync::Notify;

use crate::recording::Recording;
use crate::world::actor::host::HostActor;
use crate::world::engine::World;
use crate::world::real::door::{Door, Seen, Time, Watcher};
use crate::world::real::guests::Guests;
use crate::world::real::line::Entrance;

/// The hosts of a world on loopback ports.
pub(super) struct Loopback {
    doors: Vec<(Arc<Door>, Arc<Shared>)>,
    pub(super) servers: Vec<Server>,
    /// How often each host had died when it was last looked at.
    lives: Vec<u64>,
    pub(super) guests: Arc<Guests>,
    /// Told whenever something was seen at a door.
    pub(super) seen: Arc<Notify>,
}

impl Loopback {
    pub(super) fn open(
        world: &World,
        time: &Time,
        recording: Option<&Arc<Recording>>,
    ) -> Result<Self, String> {
        let (mut doors, mut servers) = (Vec::new(), Vec::new());
        let told = Arc::new(Notify::new());
        let guests = Arc::new(Guests::default());
        for (place, host) in world.hosts.iter().enumerate() {
            let number = u64::try_from(place).unwrap_or(u64::MAX);
            let standing = world.standing(place);
            let all = (guests.clone(), told.clone());
            let door = Arc::new(Door::new(host.clock.clone(), standing, *time, all));
            let reads = door.clone();
            let now = Box::new(move || reads.read());
            let since = *time;
            let elapsed = Box::new(move || since.since_start());
            let taps = recording.map_or_else(Taps::default, |recording| {
                recording.taps(number, Box::new(move || since.now()))
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
                .kept(Box::new(Watcher(door.clone())))
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
            doors.push((door, shared));
            servers.push(server);
        }
        let lives = vec![0; doors.len()];
        Ok(Self { doors, servers, lives, guests, seen: told })
    }

    /// Where a host of the world listens.
    pub(super) fn entrance(&self, host: usize) -> Option<Entrance> {
        let address = self.servers.get(host)?.addrs().first().copied()?;
        let shared = self.doors.get(host)?.1.clone();
        Some(Entrance { address, shared })
    }

    /// What was seen at all doors since this was last called, in order, with the host's place.
    pub(super) fn seen(&self) -> Vec<(usize, Seen)> {
        let doors = (0..).zip(&self.doors);
        let seen =
            doors.flat_map(|(host, (door, _))| door.seen().into_iter().map(move |s| (host, s)));
        let mut seen: Vec<(usize, Seen)> = seen.collect();
        seen.sort_by_key(|(_, seen)| seen.at);
        seen
    }

    /// Hosts, clocks and faults go out to the sockets.
    pub(super) fn push(&self, world: &mut World) {
        for (place, (door, _)) in (0..).zip(&self.doors) {
            if door.has_orders() {
                door.set_saved(world.saved_of(place));
            }
        }
        for ((door, shared), host) in self.doors.iter().zip(&mut world.hosts) {
            door.set_clock(host.clock.clone(), &world.sources, host.asleep);
            swap(shared, host);
        }
    }

    /// Hosts, clocks and faults come in, as the sockets left them.
    pub(super) fn pull(&mut self, world: &mut World, now: Moment) {
        let hosts = world.hosts.iter_mut().zip(&mut self.lives);
        for ((door, shared), (host, lives)) in self.doors.iter().zip(hosts) {
            host.clock = door.clock();
            swap(shared, host);
            if host.faults.lives() != *lives {
                *lives = host.faults.lives();
                host.clock.bounce(now);
            }
        }
    }
}

/// The host that serves and the world's change places. Nothing is served meanwhile: sockets and
/// world share a thread.
fn swap(shared: &Shared, host: &mut HostActor) {
    std::mem::swap(&mut *shared.host(), &mut host.host);
    if let Some(meddling) = shared.meddling() {
        std::mem::swap(&mut *meddling.faults(), &mut host.faults);
    }
}
