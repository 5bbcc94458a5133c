//! What an attack is told, and what it tells.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use crate::good::connect;

/// Whom, how hard, and until when.
pub(crate) struct Orders<'a> {
    /// The host.
    pub(crate) addr: SocketAddr,
    /// Connections that are held, or threads that come and go.
    pub(crate) size: usize,
    /// Acts a second, of all connections and threads together.
    pub(crate) rate: u64,
    /// Acts so far, each of which the host has met.
    pub(crate) acts: &'a AtomicU64,
    /// Set when it is enough.
    pub(crate) enough: &'a AtomicBool,
    /// Told once the attack is at its height.
    pub(crate) ready: Sender<()>,
}

impl Orders<'_> {
    pub(crate) fn go_on(&self) -> bool {
        !self.enough.load(Ordering::Relaxed)
    }

    pub(crate) fn acted(&self) {
        self.acts.fetch_add(1, Ordering::Relaxed);
    }

    /// So many connections.
    pub(crate) fn crowd(&self) -> Vec<TcpStream> {
        (0..self.size).map(|_| connect(self.addr)).collect()
    }

    /// At its height: holds on to what it has until it is enough.
    pub(crate) fn hold<T>(&self, held: T) {
        self.ready.send(()).unwrap();
        self.wait_until(None);
        drop(held);
    }

    /// Waits until then, or for ever, but no longer than until it is enough.
    pub(crate) fn wait_until(&self, then: Option<Instant>) {
        let longest = Duration::from_millis(20);
        while self.go_on() {
            let left = then.map_or(longest, |then| then.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return;
            }
            thread::park_timeout(left.min(longest));
        }
    }

    /// Several threads, each of which does this again and again, at the rate that is asked of all.
    pub(crate) fn flood<W>(&self, worker: impl Fn() -> W + Sync, act: impl Fn(&mut W) + Sync) {
        let threads = u32::try_from(self.size).unwrap();
        let every = Duration::from_secs(1) * threads / u32::try_from(self.rate).unwrap();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut worker = worker();
                    let mut due = Instant::now();
                    while self.go_on() {
                        act(&mut worker);
                        self.acted();
                        due += every;
                        self.wait_until(Some(due));
                    }
                });
            }
            self.ready.send(()).unwrap();
        });
    }
}

/// Says that it is enough when whoever holds it is done, or fails.
pub(crate) struct Enough<'a>(pub(crate) &'a AtomicBool);

impl Drop for Enough<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
