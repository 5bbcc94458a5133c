//! A host under attack: memory stays within a bound for each connection, nobody who behaves is
//! turned away, the counters are exact, and afterwards nothing is left behind.
//!
//! The host is a process of its own and this is the one that loads it. What runs here by default
//! is short, and asserts nothing that takes a quiet machine; `tests/attack/run` runs the same at
//! full size, optimised, each attack for a stated time, and holds it to the rate it is named by and
//! the times of well-behaved clients to twice what they are in quiet.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]
#![allow(clippy::disallowed_methods, reason = "how long a client waits is what is measured")]
#![allow(clippy::print_stdout, reason = "the figures of a full run")]

mod attacks;
mod frames;
mod good;
mod host;
mod orders;
mod table;

use std::io::{ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::good::{Good, PATIENCE, connect};
use crate::host::Host;
use crate::orders::{Enough, Orders};
use crate::table::{ATTACKS, Attack, Call, Way};

/// Exchanges of a short form, and the acts it sees at least.
const SHORT: (usize, u64) = (100, 20);

/// KiB of growth that a short form does not look at.
const SLACK: u64 = 4096;

/// How long well-behaved clients are watched in quiet, in the full form.
const QUIET: Duration = Duration::from_secs(3);

/// The idle time of hosts that are to use it up.
const IDLE: Duration = Duration::from_millis(300);

/// Whether this is the long run.
fn full() -> bool {
    std::env::var_os("KMSLAB_ATTACK").is_some_and(|value| value == "full")
}

/// What was seen while an attack went on.
struct Seen {
    p99: Duration,
    slowest: Duration,
    grown: u64,
    held: usize,
    rate: f64,
}

fn suffer(attack: &Attack) {
    let full = full();
    let (size, asked) = if full { attack.full } else { attack.short };
    let host = Host::start(attack.name, &["--idle", "10m", "--max-connections", "10000"]);
    let descriptors = host.descriptors();
    let mut good = Good::new(host.addr);
    // The first exchanges warm up whatever wants to be warm.
    good.p99(SHORT.0 / 2);
    let quiet = if full { good.p99_over(QUIET).0 } else { good.p99(SHORT.0) };
    let memory = host.resident();

    let (enough, acts) = (AtomicBool::new(false), AtomicU64::new(0));
    let (ready, is_ready) = channel();
    let orders = Orders { addr: host.addr, size, rate: asked, acts: &acts, enough: &enough, ready };
    let seen = thread::scope(|scope| {
        let _enough = Enough(&enough);
        scope.spawn(move || (attack.does)(&orders));
        is_ready.recv().unwrap();
        let held = match attack.way {
            Way::Holds => size,
            Way::Ends | Way::Floods => 0,
        };
        if attack.way != Way::Floods {
            // Whom the host has met is in its backlog first, and whom it left on its way out.
            let met = |now| if held > 0 { now >= descriptors + held } else { now <= descriptors };
            good.until(|| met(host.descriptors()), attack.name);
        }
        let (begun, before) = (Instant::now(), acts.load(Ordering::Relaxed));
        let (p99, slowest) =
            if full { good.p99_over(attack.lasts) } else { (good.p99(SHORT.0), Duration::ZERO) };
        if asked > 0 && !full {
            good.until(|| acts.load(Ordering::Relaxed) >= SHORT.1, attack.name);
        }
        let acted = acts.load(Ordering::Relaxed) - before;
        let rate = f64::from(u32::try_from(acted).unwrap()) / begun.elapsed().as_secs_f64();
        let grown = host.resident().saturating_sub(memory);
        let open = host.descriptors().saturating_sub(descriptors);
        assert!(open >= held, "{}: of {held} connections the host has {open}", attack.name);
        Seen { p99, slowest, grown, held, rate }
    });

    // A host of one thread has closed what hung up before it answers who came after, or soon.
    good.until(|| host.descriptors() <= descriptors, attack.name);
    // Of a few connections what the allocator keeps for each thread would weigh too much.
    let slack = if full { 0 } else { SLACK };
    let each = seen.grown.saturating_sub(slack) / u64::try_from(seen.held.max(1)).unwrap();
    let ratio = seen.p99.as_secs_f64() / quiet.as_secs_f64();
    if full {
        let Seen { p99, slowest, held, rate, .. } = &seen;
        let (name, bound, seconds) = (attack.name, attack.bound, attack.lasts.as_secs());
        let [quiet, p99, slowest] = [quiet, *p99, *slowest].map(|time| time.as_micros());
        println!(
            "| `{name}` | {seconds} | {held} | {rate:.0} | {each} | {bound} | {quiet} | {p99} | \
             {ratio:.2} | {slowest} |"
        );
        let wanted = f64::from(u32::try_from(asked).unwrap()) * 0.9;
        assert!(*rate >= wanted, "{name}: {rate:.0} a second, not {asked}");
        assert!(ratio <= 2.0, "{name}: p99 {p99} µs, in quiet {quiet} µs");
    }
    assert!(each <= attack.bound, "{}: {each} KiB, over {}", attack.name, attack.bound);

    let acts = acts.into_inner();
    let (foreign, malformed) = match attack.calls {
        Call::None => (0, 0),
        Call::Foreign => (acts, 0),
        Call::Malformed => (0, acts),
    };
    let expected = [good.granted + foreign, good.granted, foreign, foreign, malformed];
    let counters = host.stop();
    let names = ["total", "granted", "failed", "foreign", "malformed"];
    let found = names.map(|name| counters[name].as_u64().unwrap());
    assert_eq!(found, expected, "{}: {names:?}", attack.name);
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
    let ended = frames::bind().iter().any(|byte| {
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
    assert!(begun.elapsed() >= IDLE);
    assert_eq!(host.stop()["total"], 0);
}

#[test]
fn peers_that_fall_silent_in_a_pdu_are_let_go_after_the_idle_time_though_they_stay() {
    let host = Host::start("silent", &["--idle", "300ms"]);
    let empty = host.descriptors();
    let begun = Instant::now();
    let mut crowd = attacks::silent((0..50).map(|_| connect(host.addr)).collect());
    for stream in &mut crowd {
        assert_eq!(stream.read(&mut [0; 64]).unwrap_or(0), 0, "nothing but the end comes");
    }
    assert!(begun.elapsed() >= IDLE);
    let mut good = Good::new(host.addr);
    good.until(|| host.descriptors() <= empty, "silent");
    assert_eq!(host.stop()["total"], good.granted);
    drop(crowd);
}

#[test]
fn a_full_house_turns_away_who_comes_and_has_room_again_when_somebody_leaves() {
    let host = Host::start("full-house", &["--max-connections", "5"]);
    let empty = host.descriptors();
    let crowd: Vec<_> = (0..5).map(|_| frames::bound(connect(host.addr))).collect();
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
