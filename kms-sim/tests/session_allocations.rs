//! In the steady state a call allocates nothing: buffers keep their capacity from call to call.

#![expect(unsafe_code, reason = "a counting allocator is the one way to see an allocation")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bytes::BytesMut;
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::bind::{Bind, ContextElement, WINDOWS_FRAG};
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::time::FileTime;
use kms_proto::wire::Order;
use kms_proto::write::Writer;
use kms_sim::call::Call;
use kms_sim::session::config::SessionConfig;
use kms_sim::session::service::Service;
use kms_sim::session::{Session, Step};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting what this thread asks for.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came; a count is all that is added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is the system's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

struct Echo;

impl Service for Echo {
    type Outcome = ();

    fn handle(&mut self, message: &mut [u8], _: &Call, reply: &mut BytesMut) -> (HResult, ()) {
        reply.extend_from_slice(message);
        (HResult::OK, ())
    }
}

#[test]
fn a_call_in_the_steady_state_allocates_nothing() {
    let mut stub = BytesMut::new();
    let message = RequestStub { message: &[7; 260], trailing: b"" };
    message.emit(Ndr::Ndr64, &mut Writer::new(&mut stub, Order::Little));
    let request = Request { alloc_hint: 0, context_id: 0, opnum: 0, object: None, stub: &stub };
    let call = Pdu::new(3, Body::Request(request)).to_bytes();
    let bind = Bind {
        max_xmit_frag: WINDOWS_FRAG,
        max_recv_frag: WINDOWS_FRAG,
        assoc_group_id: 0,
        contexts: [ContextElement::kms(0, SyntaxId::NDR64)].into(),
    };

    let mut session = Session::new(SessionConfig::default(), Draw::new(1), 1, 1688);
    let mut out = BytesMut::with_capacity(8_192);
    session.receive(&Pdu::new(2, Body::Bind(bind)).to_bytes());
    session.step(&mut Echo, FileTime(0), &mut out);
    let mut round = |calls: u64| {
        for _ in 0..calls {
            out.clear();
            // In two slices, as a stream may cut it.
            let (head, tail) = call.split_at(100);
            session.receive(head);
            assert_eq!(session.step(&mut Echo, FileTime(0), &mut out), Step::Idle);
            session.receive(tail);
            let step = session.step(&mut Echo, FileTime(0), &mut out);
            assert_eq!(step, Step::Called { outcome: (), ignored: 0 });
            assert_eq!(out.len(), 312);
        }
    };
    round(100);
    let before = ALLOCATIONS.with(Cell::get);
    round(10_000);
    assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0);
}
