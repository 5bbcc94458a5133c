//! `kill -9`: what was acknowledged is in the journal, and stays there when the host comes back.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::good::Good;
use crate::host::{Folder, Host, count};

/// Clients that ask at once.
const CLIENTS: u64 = 4;

/// Grants after which the host is killed.
const ENOUGH: u64 = 100;

#[test]
fn what_was_acknowledged_before_a_kill_is_in_the_journal_and_survives_the_restart() {
    let folder = Folder::new("killed");
    let journal = folder.path("j.ndjson");
    let host = Host::start(&journal);
    let (addr, granted) = (host.addr, AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut good = Good::new(addr);
                while good.try_exchange().is_ok() {
                    granted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while granted.load(Ordering::Relaxed) < ENOUGH {
            thread::yield_now();
        }
        // The clients are still at it, and end when the host is gone.
        assert_eq!(host.stop("-KILL"), (None, String::new()));
    });
    let granted = granted.into_inner();
    let exchanges = count(&folder.lines("j.ndjson"), "exchange");
    let under_way = exchanges.checked_sub(granted).expect("an acknowledged grant is missing");
    assert!(under_way <= CLIENTS, "{exchanges} lines for {granted} grants");

    let before = folder.read("j.ndjson");
    let host = Host::start(&journal);
    Good::new(host.addr).exchange();
    let (code, err) = host.stop("-TERM");
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("j.ndjson was not closed by who wrote it: it is kept as "), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert_eq!(folder.read("j.ndjson.1"), before);
    let lines = folder.lines("j.ndjson");
    assert_eq!((&lines[0]["ev"], &lines[0]["seq"]), (&"ready".into(), &1.into()));
    assert_eq!(count(&lines, "exchange"), 1);
}

#[test]
fn a_line_that_was_cut_off_is_found_and_said_and_a_closed_journal_is_made_anew() {
    let folder = Folder::new("cut");
    let journal = folder.path("j.ndjson");
    let run = || Host::start(&journal).stop("-TERM");
    assert_eq!(run(), (Some(0), String::new()));
    assert_eq!(run(), (Some(0), String::new()));
    assert!(!fs::exists(folder.path("j.ndjson.1")).unwrap());

    let whole = folder.read("j.ndjson");
    let before_the_last = whole.trim_end().rfind('\n').unwrap() + 1;
    let cuts = [(whole.len() - 1, true), (before_the_last + 57, true), (before_the_last, false)];
    for (kept, (length, cut)) in (1..).zip(cuts) {
        fs::write(&journal, &whole[..length]).unwrap();
        let (code, err) = run();
        assert_eq!((code, err.lines().count()), (Some(0), 1), "{err}");
        let told = format!(" (its last line is cut off after {} bytes)", length - before_the_last);
        assert_eq!(err.contains(&told), cut, "{err}");
        assert!(err.ends_with(&format!("j.ndjson.{kept}\n")), "{err}");
        assert_eq!(folder.read(&format!("j.ndjson.{kept}")), whole[..length]);
        assert_eq!(count(&folder.lines("j.ndjson"), "shutdown"), 1);
    }
}
