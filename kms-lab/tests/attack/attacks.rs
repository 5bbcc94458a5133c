//! What is done to the host, each in threads of this process.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use kms_proto::rpc::bind::{Bind, ContextElement};
use kms_proto::rpc::header::Flags;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::request::Request;
use kms_proto::rpc::syntax::SyntaxId;

use crate::good::connect;

/// What an attack is told: whom, how hard, and until when.
pub(crate) struct Orders<'a> {
    /// The host.
    pub(crate) addr: SocketAddr,
    /// Connections, or connects a second.
    pub(crate) size: usize,
    /// Between two bytes of a connection that drips.
    pub(crate) drip: Duration,
    /// Set when it is enough.
    pub(crate) enough: &'a AtomicBool,
    /// Told once the attack is at its height.
    pub(crate) ready: Sender<()>,
}

impl Orders<'_> {
    fn go_on(&self) -> bool {
        !self.enough.load(Ordering::Relaxed)
    }

    fn crowd(&self) -> Vec<TcpStream> {
        (0..self.size).map(|_| connect(self.addr)).collect()
    }

    /// At its height: holds on to what it has until it is enough.
    fn hold<T>(&self, held: T) {
        self.ready.send(()).unwrap();
        while self.go_on() {
            thread::park_timeout(Duration::from_millis(20));
        }
        drop(held);
    }
}

/// The bytes of a bind.
pub(crate) fn bind() -> BytesMut {
    Pdu::new(1, Body::Bind(contexts())).to_bytes()
}

fn contexts() -> Bind {
    let mut contexts = List8::new();
    contexts.push(ContextElement::kms(0, SyntaxId::NDR32)).unwrap();
    Bind { max_xmit_frag: 5840, max_recv_frag: 5840, assoc_group_id: 0, contexts }
}

/// Sends a bind, and reads its answer.
pub(crate) fn bound(mut stream: TcpStream) -> TcpStream {
    stream.write_all(&bind()).unwrap();
    let mut answer = [0; 1024];
    assert_ne!(stream.read(&mut answer).unwrap(), 0);
    stream
}

/// Connections over which nothing comes.
pub(crate) fn idle(orders: &Orders<'_>) {
    orders.hold(orders.crowd());
}

/// Associations over which no call comes.
pub(crate) fn idle_bound(orders: &Orders<'_>) {
    let crowd: Vec<TcpStream> = orders.crowd().into_iter().map(bound).collect();
    orders.hold(crowd);
}

/// A bind, byte by byte.
pub(crate) fn slow_loris(orders: &Orders<'_>) {
    let mut crowd = orders.crowd();
    orders.ready.send(()).unwrap();
    for byte in bind().iter().take(70) {
        for stream in &mut crowd {
            stream.write_all(&[*byte]).unwrap();
        }
        let until = Instant::now() + orders.drip;
        while orders.go_on() && Instant::now() < until {
            thread::park_timeout(Duration::from_millis(10));
        }
        if !orders.go_on() {
            return;
        }
    }
}

/// So many connects a second, each left at once.
pub(crate) fn connects(orders: &Orders<'_>) {
    orders.ready.send(()).unwrap();
    let every = Duration::from_secs(1) / u32::try_from(orders.size).unwrap();
    let mut due = Instant::now();
    while orders.go_on() {
        drop(connect(orders.addr));
        due += every;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// So many binds a second, each on a connection of its own.
pub(crate) fn binds(orders: &Orders<'_>) {
    orders.ready.send(()).unwrap();
    let every = Duration::from_secs(1) / u32::try_from(orders.size).unwrap();
    let mut due = Instant::now();
    while orders.go_on() {
        drop(bound(connect(orders.addr)));
        due += every;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// One association that offers its context again and again, as fast as it is answered.
pub(crate) fn alterations(orders: &Orders<'_>) {
    let mut stream = bound(connect(orders.addr));
    orders.ready.send(()).unwrap();
    let alter = Pdu::new(2, Body::AlterContext(contexts())).to_bytes();
    let mut answer = [0; 1024];
    while orders.go_on() {
        stream.write_all(&alter).unwrap();
        assert_ne!(stream.read(&mut answer).unwrap(), 0);
    }
}

/// Calls that never come to their last fragment: as much as the limits of an association let stay.
pub(crate) fn endless_fragments(orders: &Orders<'_>) {
    let mut crowd: Vec<TcpStream> = orders.crowd().into_iter().map(bound).collect();
    let piece = [0x55; 4096];
    for stream in &mut crowd {
        // 15 fragments of 4 KiB in each of 4 calls: 240 of the 256 KiB.
        for call in 2..6 {
            for nth in 0..15 {
                let flags = if nth == 0 { Flags::FIRST } else { Flags(0) };
                stream.write_all(&fragment(call, flags, 0, &piece)).unwrap();
            }
        }
    }
    orders.hold(crowd);
}

/// One fragment, which says that four gigabytes are to come.
pub(crate) fn huge_hints(orders: &Orders<'_>) {
    let mut crowd: Vec<TcpStream> = orders.crowd().into_iter().map(bound).collect();
    for stream in &mut crowd {
        stream.write_all(&fragment(2, Flags::FIRST, u32::MAX, &[0; 16])).unwrap();
    }
    orders.hold(crowd);
}

/// Peers that say they will send no more, in the middle of a PDU, and stay.
pub(crate) fn half_open(orders: &Orders<'_>) {
    let mut crowd = orders.crowd();
    for stream in &mut crowd {
        stream.write_all(&bind()[..20]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
    }
    orders.hold(crowd);
}

/// A peer that asks as fast as it can and takes no answer.
pub(crate) fn deaf(orders: &Orders<'_>) {
    let alter = Pdu::new(2, Body::AlterContext(contexts())).to_bytes().repeat(100);
    let mut crowd: Vec<TcpStream> = orders.crowd().into_iter().map(bound).collect();
    for stream in &mut crowd {
        stream.set_nonblocking(true).unwrap();
        // Until the pipe is full both ways, and the host waits for this peer.
        while stream.write(&alter).is_ok() {}
    }
    orders.hold(crowd);
}

fn fragment(call: u32, flags: Flags, alloc_hint: u32, stub: &[u8]) -> BytesMut {
    let body = Body::Request(Request { alloc_hint, context_id: 0, opnum: 0, object: None, stub });
    Pdu { flags, ..Pdu::new(call, body) }.to_bytes()
}
