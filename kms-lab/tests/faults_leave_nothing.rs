//! A session under any fault ends, and leaves nothing behind: no descriptor, no thread, no memory.
//!
//! Tasks are counted where all kinds are told by their names on sockets, in `faults`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use kms_lab::interrupt::Interrupt;
use kms_lab::report::outcome::Run;
use kms_lab::report::trouble::Trouble;
use kms_lab::scenario::document::Document;
use kms_lab::world::diary::Keep;
use kms_lab::world::real;
use kms_lab::world::runner::Wants;
use kms_sim::fault::catalogue::{Entry, entries};
use kms_sim::fault::stage::Stage;

/// Bytes that are allocated and not yet given back, of the whole process.
static ALIVE: AtomicI64 = AtomicI64::new(0);

/// The system's allocator, counting.
struct Counting;

fn count(bytes: usize, sign: i64) {
    ALIVE.fetch_add(sign * i64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "an allocator cannot be written without; every call is passed on")]
// SAFETY: every method hands its arguments to the system's allocator and returns what that returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Two machines over loopback, one after the other, under a fault that always strikes.
fn scenario(entry: &Entry) -> String {
    // Without a zone nobody asks for one.
    let zone = match entry.stage {
        Stage::DnsSrv => "[dns]\ndomain = \"lab.test\"\n[[dns.srv]]\nhost = \"kms\"\n",
        _ => "",
    };
    format!(
        r#"
schema = 1
mode = "real"
limit = {{ sim = "2s", wall = "20s" }}
[[host]]
id = "kms"
{zone}[[machine]]
id = "one"
timeout = "200ms"
[[machine]]
id = "two"
timeout = "200ms"
protocol = 5
[[fault]]
id = "bent"
stage = "{}"
optional = true
do = {}
[[step]]
at = "0"
run = ["one", "two"]
"#,
        entry.stage, entry.example
    )
}

fn entries_of(folder: &str) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// Descriptors, threads, and bytes.
fn holds() -> (usize, usize, i64) {
    (entries_of("/proc/self/fd"), entries_of("/proc/self/task"), ALIVE.load(Ordering::Relaxed))
}

fn run(entry: &Entry) {
    let text = scenario(entry);
    let read = move |_: &Path| Ok(text.clone().into_bytes());
    let document = Document::load(Path::new("x.toml"), &read).unwrap_or_else(|b| panic!("{b}"));
    let resolved = document.resolve(&document.points()[0], 42).unwrap_or_else(|b| panic!("{b}"));
    let wants = Wants { journal: Keep::All, twice: false, course: false, capture: false };
    let ran = real::run_until(&resolved, Run::default(), wants, &Interrupt::never());
    let troubles: Vec<&Trouble> = ran.run.troubles.iter().collect();
    assert!(troubles.is_empty(), "{} {}: {troubles:?}", entry.stage, entry.name);
    let journal = String::from_utf8(ran.journal).unwrap();
    let attempts = journal.matches("\"ev\":\"attempt\"").count();
    // Where DNS names nobody there is nobody to try.
    let few = entry.stage == Stage::DnsSrv;
    assert!(attempts == 2 || few && attempts < 2, "{}: {journal}", entry.name);
}

#[test]
fn no_kind_of_fault_leaves_a_descriptor_a_thread_or_memory_behind() {
    // What is made once and kept, such as tables, is made here.
    for entry in entries() {
        run(entry);
    }
    for entry in entries() {
        let before = holds();
        run(entry);
        let after = holds();
        assert_eq!((before.0, before.1), (after.0, after.1), "{} {}", entry.stage, entry.name);
        // The harness itself keeps a little now and then.
        let more = after.2 - before.2;
        assert!(more < 4096, "{} {}: {more} bytes are left", entry.stage, entry.name);
    }
}
