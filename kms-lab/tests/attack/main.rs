//! A host under attack: memory stays within a bound for each connection, nobody who behaves is
//! turned away, the counters are exact, and afterwards nothing is left behind.
//!
//! The host is a process of its own and this is the one that loads it. What runs here by default
//! is short; `tests/attack/run` runs the same at full size, optimised, and asks for the times of
//! well-behaved clients as well: under attack at most twice what they are in quiet.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]
#![allow(clippy::disallowed_methods, reason = "how long a client waits is what is measured")]
#![allow(clippy::print_stdout, reason = "the figures of a full run")]

mod attacks;
mod good;
mod host;

use std::io::{ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::attacks::Orders;
use crate::good::{Good, PATIENCE, connect};
use crate::host::Host;

/// One kind of attack.
struct Attack {
    name: &'static str,
    does: fn(&Orders<'_>),
    /// Connections, or connects a second, of a short run and of a full one.
    size: (usize, usize),
    /// KiB of the host's memory that each of its connections may cost; all of them together where
    /// it does not hold on to any.
    bound: u64,
    /// Whether it holds on to its connections.
    holds: bool,
}

const ATTACKS: &[Attack] = &[
    Attack { name: "idle", does: attacks::idle, size: (400, 8000), bound: 24, holds: true },
    Attack {
        name: "idle-bound",
        does: attacks::idle_bound,
        size: (400, 8000),
        bound: 32,
        holds: true,
    },
    Attack {
        name: "slow-loris",
        does: attacks::slow_loris,
        size: (200, 1000),
        bound: 32,
        holds: true,
    },
    Attack {
        name: "connects",
        does: attacks::connects,
        size: (200, 1000),
        bound: 4096,
        holds: false,
    },
    Attack { name: "binds", does: attacks::binds, size: (200, 1000), bound: 4096, holds: false },
    Attack {
        name: "alterations",
        does: attacks::alterations,
        size: (1, 1),
        bound: 4096,
        holds: false,
    },
    Attack {
        name: "endless-fragments",
        does: attacks::endless_fragments,
        size: (20, 100),
        bound: 600,
        holds: true,
    },
    Attack {
        name: "huge-hints",
        does: attacks::huge_hints,
        size: (100, 1000),
        bound: 40,
        holds: true,
    },
    Attack {
        name: "half-open",
        does: attacks::half_open,
        size: (100, 1000),
        bound: 32,
        holds: true,
    },
    Attack { name: "deaf", does: attacks::deaf, size: (20, 100), bound: 64, holds: true },
];

/// Whether this is the long run.
fn full() -> bool {
    std::env::var_os("KMSLAB_ATTACK").is_some_and(|value| value == "full")
}

fn suffer(attack: &Attack) {
    let full = full();
    let (size, sample) = if full { (attack.size.1, 3000) } else { (attack.size.0, 100) };
    let host = Host::start(attack.name, &["--idle", "10m", "--max-connections", "10000"]);
    let mut good = Good::new(host.addr);
    // The first exchanges warm up whatever wants to be warm.
    good.p99(sample / 2);
    let quiet = good.p99(sample);
    let (memory, descriptors) = (host.resident(), host.descriptors());

    let enough = AtomicBool::new(false);
    let (ready, is_ready) = channel();
    let drip = Duration::from_millis(if full { 1000 } else { 20 });
    let orders = Orders { addr: host.addr, size, drip, enough: &enough, ready };
    let (busy, grown) = thread::scope(|scope| {
        scope.spawn(move || (attack.does)(&orders));
        is_ready.recv().unwrap();
        let busy = good.p99(sample);
        let grown = host.resident().saturating_sub(memory);
        enough.store(true, Ordering::Relaxed);
        (busy, grown)
    });

    // A host of one thread has closed what hung up before it answers who came after, or soon.
    let begun = Instant::now();
    while host.descriptors() > descriptors {
        assert!(begun.elapsed() < PATIENCE, "{}: descriptors stay open", attack.name);
        good.exchange();
    }
    let ratio = busy.as_secs_f64() / quiet.as_secs_f64();
    let each = if attack.holds { grown / u64::try_from(size).unwrap() } else { grown };
    if full {
        println!(
            "| `{}` | {size} | {each} | {} | {} | {} | {ratio:.2} |",
            attack.name,
            attack.bound,
            quiet.as_micros(),
            busy.as_micros(),
        );
    }
    assert!(each <= attack.bound, "{}: {each} KiB, over {}", attack.name, attack.bound);
    assert!(!full || ratio <= 2.0, "{}: p99 {busy:?}, in quiet {quiet:?}", attack.name);
    let counters = host.stop();
    let counted = |name: &str| counters[name].as_u64().unwrap();
    let expected = (good.granted, good.granted, 0, 0);
    let found = (counted("total"), counted("granted"), counted("failed"), counted("malformed"));
    assert_eq!(found, expected, "{}: total, granted, failed, malformed", attack.name);
}

#[test]
fn a_host_under_attack_serves_those_who_behave_and_forgets_those_who_left() {
    for attack in ATTACKS {
        suffer(attack);
    }
}

#[test]
fn a_peer_that_drips_is_shown_the_door_after_the_idle_time() {
    let host = Host::start("dripping", &["--idle", "300ms"]);
    let mut stream = connect(host.addr);
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let begun = Instant::now();
    // A byte of a bind every 20 ms: the read waits between them.
    let ended = attacks::bind().iter().any(|byte| {
        let sent = stream.write_all(&[*byte]);
        match stream.read(&mut [0; 64]) {
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                sent.is_err()
            }
            // The end, or a reset because a byte was on its way.
            Ok(_) | Err(_) => true,
        }
    });
    assert!(ended, "72 bytes at 20 ms each are over a second");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(host.stop()["total"], 0);
}

#[test]
fn a_full_house_turns_away_who_comes_and_has_room_again_when_somebody_leaves() {
    let host = Host::start("full-house", &["--max-connections", "5"]);
    let empty = host.descriptors();
    let crowd: Vec<_> = (0..5).map(|_| attacks::bound(connect(host.addr))).collect();
    let mut late = connect(host.addr);
    // A host that says nothing more either ends the stream or resets it.
    assert_eq!(late.read(&mut [0; 64]).unwrap_or(0), 0);
    drop((crowd, late));
    let begun = Instant::now();
    while host.descriptors() > empty {
        assert!(begun.elapsed() < PATIENCE, "descriptors stay open");
        thread::yield_now();
    }
    let mut good = Good::new(host.addr);
    good.p99(20);
    assert_eq!(host.stop()["granted"], 20);
}
