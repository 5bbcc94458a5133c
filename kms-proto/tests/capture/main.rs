//! Captures: what is written reads the same, to us and to a foreign reader; what comes out of order,
//! twice, overlapping or not at all is put together or named; no bytes make the reader panic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod containers;
mod links;
mod order;
mod streams;
mod writing;

use std::net::SocketAddr;

use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::reader::{Item, Packet, Reader};
use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::error::DecodeError;
use kms_proto::time::Moment;

/// 2026-01-05, 09:00:00 UTC.
const START: i64 = 1_767_603_600_000_000_000;

fn ends(six: bool) -> (SocketAddr, SocketAddr) {
    if six {
        ("[fd00::2]:50000".parse().unwrap(), "[fd00::1]:1688".parse().unwrap())
    } else {
        ("198.19.0.1:50000".parse().unwrap(), "198.18.0.1:1688".parse().unwrap())
    }
}

/// A capture of what sides say, a nanosecond apart, the other side acknowledging at once.
fn tape(six: bool, said: &[(Side, Vec<u8>)]) -> Vec<u8> {
    let mut tape = Tape::new("test", "a comment", &[], Draw::new(1));
    let at = |n: usize| Moment(START + i64::try_from(n).unwrap());
    tape.open((0, 1), at(0), ends(six));
    tape.pass((0, 1), at(0), Side::Client, Passed::Ack);
    for (n, (side, bytes)) in said.iter().enumerate() {
        tape.pass((0, 1), at(n + 1), *side, Passed::Bytes(bytes));
        tape.pass((0, 1), at(n + 1), side.other(), Passed::Ack);
    }
    for side in [Side::Client, Side::Server] {
        tape.pass((0, 1), at(said.len() + 1), side, Passed::End);
        tape.pass((0, 1), at(said.len() + 1), side.other(), Passed::Ack);
    }
    assert_eq!(tape.connections(), 0);
    tape.take().to_vec()
}

/// Everything a reader finds, pushed in pieces of `piece` bytes.
fn read(capture: &[u8], piece: usize) -> Result<Vec<Packet>, (Vec<Packet>, DecodeError)> {
    let (mut reader, mut packets) = (Reader::new(), Vec::new());
    for piece in capture.chunks(piece.max(1)) {
        reader.push(piece);
        loop {
            match reader.poll() {
                Ok(Some(Item::Packet(packet))) => packets.push(packet),
                Ok(Some(Item::Name(..))) => {}
                Ok(None) => break,
                Err(error) => return Err((packets, error)),
            }
        }
    }
    match reader.end() {
        Ok(()) => Ok(packets),
        Err(error) => Err((packets, error)),
    }
}
