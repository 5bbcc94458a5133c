//! A host that has the room it needs allocates nothing for a request, from the client's bytes to
//! its own, whatever becomes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bytes::BytesMut;
use kms_proto::guid::Uuid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::rpc::stub::Ndr;
use kms_proto::time::FileTime;
use kms_sim::call::Call;
use kms_sim::config::HostConfig;
use kms_sim::decision::Decision;
use kms_sim::host::Host;
use kms_sim::session::Step;
use kms_sim::strictness::Strictness;

#[path = "host/connection.rs"]
mod connection;
#[path = "host/request.rs"]
mod request;

use request::{NOON, request};

thread_local! {
    /// Allocations of this thread; other threads of the test harness have their own.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting.
struct Counting;

fn count() {
    // Gone while a thread ends; nothing is measured then.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

#[expect(unsafe_code, reason = "an allocator cannot be written without; every call is passed on")]
// SAFETY: every method hands its arguments to the system's allocator and returns what that returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations `work` makes.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

fn sealed(realm: &str, request: &Request) -> Vec<u8> {
    let mut message = BytesMut::new();
    let seal = Seal::for_realm(&realm.parse::<Realm>().unwrap());
    seal.seal_request(request, [0x5a; 16], &mut message);
    message.to_vec()
}

/// A day of many machines: newcomers, renewals, wrong clocks, foreigners, and no requests.
fn messages() -> Vec<(Decision, Vec<u8>)> {
    let mut messages = Vec::new();
    for version in [Version::V4, Version::V5, Version::V6] {
        for number in 0..300 {
            let mut request = request(NOON);
            request.version = version;
            request.cmid = Uuid::from_u128(number * number % 171);
            request.application_id = Uuid::from_u128(number % 70);
            messages.push((Decision::Granted, sealed("kms-lab", &request)));
            request.client_time = FileTime(u64::try_from(number).unwrap());
            messages.push((Decision::Refused, sealed("kms-lab", &request)));
            messages.push((Decision::Foreign, sealed("elsewhere", &request)));
        }
        messages.push((Decision::Malformed, b"GET / HTTP/1.1\r\n\r\n".to_vec()));
    }
    messages
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new([0_u8; 100]))), 1);
}

#[test]
fn a_host_allocates_nothing_for_a_request_in_the_steady_state() {
    let mut host = Host::new(HostConfig { event_capacity: 100, ..HostConfig::default() });
    let messages = messages();
    let mut message = Vec::with_capacity(512);
    let mut reply = BytesMut::with_capacity(512);
    let mut number = 0;
    let mut day = |now: FileTime| {
        for (decision, bytes) in &messages {
            number += 1;
            message.clear();
            message.extend_from_slice(bytes);
            reply.clear();
            let call = Call { connection: 1, message: number, now };
            let exchange = host.handle(&mut message, &call, &mut reply);
            assert_eq!(exchange.decision, *decision);
        }
    };
    day(NOON);
    assert_eq!(allocations(|| (0..20).for_each(|tick| day(NOON.later(tick)))), 0);
}

#[test]
fn a_pedantic_host_allocates_nothing_either_however_many_machines_ask() {
    let strictness = Strictness::Pedantic;
    let mut host =
        Host::new(HostConfig { event_capacity: 100, strictness, ..HostConfig::default() });
    let messages: Vec<Vec<u8>> = (0..3000)
        .map(|number| {
            let mut request = request(NOON);
            request.cmid = Uuid::from_u128(number);
            sealed("kms-lab", &request)
        })
        .collect();
    let mut message = Vec::with_capacity(512);
    let mut reply = BytesMut::with_capacity(512);
    let mut day = |now: FileTime| {
        for bytes in &messages {
            message.clear();
            message.extend_from_slice(bytes);
            reply.clear();
            host.handle(&mut message, &Call { connection: 1, message: 1, now }, &mut reply);
        }
    };
    day(NOON);
    assert_eq!(allocations(|| (0..5).for_each(|tick| day(NOON.later(tick)))), 0);
}

#[test]
fn a_connection_allocates_nothing_for_a_call_from_bytes_to_bytes() {
    for ndr in [Ndr::Ndr32, Ndr::Ndr64] {
        let mut host = Host::new(HostConfig { event_capacity: 100, ..HostConfig::default() });
        let mut session = connection::bound(&mut host, ndr, NOON);
        let pdus: Vec<(Decision, BytesMut)> = (2..)
            .zip(messages())
            .map(|(call_id, (decision, message))| {
                (decision, connection::request(ndr, call_id, &message))
            })
            .collect();
        let mut out = BytesMut::with_capacity(512);
        let mut day = |now: FileTime| {
            for (decision, pdu) in &pdus {
                // In two slices, so that the session keeps a PDU that is not whole.
                let (first, second) = pdu.split_at(20);
                out.clear();
                session.receive(first);
                assert!(matches!(session.step(&mut host, now, &mut out), Step::Idle));
                session.receive(second);
                match session.step(&mut host, now, &mut out) {
                    Step::Called { outcome, .. } => assert_eq!(outcome.decision, *decision),
                    other => panic!("{other:?}"),
                }
                assert!(!out.is_empty());
            }
        };
        day(NOON);
        assert_eq!(allocations(|| (0..20).for_each(|tick| day(NOON.later(tick)))), 0, "{ndr}");
    }
}
