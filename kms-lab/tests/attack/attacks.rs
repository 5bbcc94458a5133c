//! What is done to the host, each in threads of this process.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::header::Flags;

use crate::frames::{Stranger, alter, bind, bound, fragment, refused};
use crate::good::connect;
use crate::orders::Orders;

/// Connections over which nothing comes.
pub(crate) fn idle(orders: &Orders<'_>) {
    orders.hold(orders.crowd());
}

/// Associations over which no call comes.
pub(crate) fn idle_bound(orders: &Orders<'_>) {
    orders.hold(bound_crowd(orders));
}

fn bound_crowd(orders: &Orders<'_>) -> Vec<TcpStream> {
    orders.crowd().into_iter().map(bound).collect()
}

/// A bind, byte by byte, on each of its connections.
pub(crate) fn slow_loris(orders: &Orders<'_>) {
    let mut crowd = orders.crowd();
    let pause = Duration::from_secs(1) * u32::try_from(orders.size).unwrap()
        / u32::try_from(orders.rate).unwrap();
    orders.ready.send(()).unwrap();
    let mut due = Instant::now();
    // But for its last bytes: it never ends.
    for byte in &bind()[..70] {
        for stream in &mut crowd {
            stream.write_all(&[*byte]).unwrap();
            orders.acted();
        }
        due += pause;
        orders.wait_until(Some(due));
        if !orders.go_on() {
            return;
        }
    }
    orders.wait_until(None);
}

/// Connects, each left at once.
pub(crate) fn connects(orders: &Orders<'_>) {
    orders.flood(|| (), |()| drop(connect(orders.addr)));
}

/// Binds, each on a connection of its own.
pub(crate) fn binds(orders: &Orders<'_>) {
    orders.flood(|| (), |()| drop(bound(connect(orders.addr))));
}

/// Calls of another lab's machines.
pub(crate) fn foreign(orders: &Orders<'_>) {
    let worker = || (bound(connect(orders.addr)), Stranger::new());
    orders.flood(worker, |(stream, stranger)| {
        let message = stranger.message();
        assert_eq!(refused(stream, &message), HResult::INVALID_DATA);
    });
}

/// Calls whose message is none: too short, too long, of a version that does not exist, empty.
pub(crate) fn malformed(orders: &Orders<'_>) {
    let version_9 = [&[0, 0, 9, 0][..], &[0; 256]].concat();
    let messages: [&[u8]; 4] = [&[0, 0, 6, 0], &[0x55; 500], &version_9, &[]];
    let worker = || (bound(connect(orders.addr)), messages.iter().cycle());
    orders.flood(worker, |(stream, messages)| {
        assert_eq!(refused(stream, messages.next().unwrap()), HResult::INVALID_DATA);
    });
}

/// Associations that offer their context again and again, as fast as they are answered.
pub(crate) fn alterations(orders: &Orders<'_>) {
    let mut crowd = bound_crowd(orders);
    orders.ready.send(()).unwrap();
    let alter = alter();
    let mut answer = [0; 1024];
    while orders.go_on() {
        for stream in &mut crowd {
            stream.write_all(&alter).unwrap();
            assert_ne!(stream.read(&mut answer).unwrap(), 0);
            orders.acted();
        }
    }
}

/// Calls that never come to their last fragment: as much as the limits of an association let stay.
pub(crate) fn endless_fragments(orders: &Orders<'_>) {
    let mut crowd = bound_crowd(orders);
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
    let mut crowd = bound_crowd(orders);
    for stream in &mut crowd {
        stream.write_all(&fragment(2, Flags::FIRST, u32::MAX, &[0; 16])).unwrap();
    }
    orders.hold(crowd);
}

/// Peers that fall silent in the middle of a PDU, their side open: all that a host can see of one
/// that vanished, as long as it owes it nothing.
pub(crate) fn half_open(orders: &Orders<'_>) {
    orders.hold(silent(orders.crowd()));
}

/// These, silent in the middle of a PDU.
pub(crate) fn silent(mut crowd: Vec<TcpStream>) -> Vec<TcpStream> {
    for stream in &mut crowd {
        stream.write_all(&bind()[..20]).unwrap();
    }
    crowd
}

/// Peers that say they will send no more, in the middle of a PDU, and stay.
pub(crate) fn half_closed(orders: &Orders<'_>) {
    let crowd = silent(orders.crowd());
    for stream in &crowd {
        stream.shutdown(Shutdown::Write).unwrap();
    }
    orders.hold(crowd);
}

/// Peers that ask as fast as they can and take no answer.
pub(crate) fn deaf(orders: &Orders<'_>) {
    let questions = alter().repeat(100);
    let mut crowd = bound_crowd(orders);
    for stream in &mut crowd {
        stream.set_nonblocking(true).unwrap();
        // Until the pipe is full both ways, and the host waits for this peer.
        let mut at = 0;
        while let Ok(written) = stream.write(&questions[at..]) {
            at = (at + written) % questions.len();
        }
    }
    orders.hold(crowd);
}
