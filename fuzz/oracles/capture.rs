//! The reader of captures: the same in whatever pieces the bytes come, bounded, and what is sent is
//! what is found.

#[path = "capture/told.rs"]
mod told;

use std::collections::BTreeSet;

use kms_proto::capture::assembler::COST;
use kms_proto::capture::block;
use kms_proto::capture::follow::{Event, Follower, MOST_HELD, MOST_STREAMS, Tally};
use kms_proto::capture::passed::{Passed, Side};
use kms_proto::capture::reader::{Item, Packet, Reader};
use kms_proto::capture::stream::What;
use kms_proto::capture::tape::Tape;
use kms_proto::draw::Draw;
use kms_proto::error::DecodeError;
use kms_proto::time::Moment;

use super::input::Input;

/// The first byte chooses what the rest is: bit 0 clear, a capture as it is; set, a script of what
/// two sides say, whose capture is then read. Bit 1 puts a header before the bytes, so that they need
/// not be found.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.u8();
    if choices & 1 == 0 {
        any(input, choices & 2 != 0);
    } else {
        said(input);
    }
}

/// A capture, or what may stand behind a capture's first blocks.
fn any(mut input: Input<'_>, headed: bool) {
    let piece = usize::from(input.u8()).max(1);
    let mut capture = Vec::new();
    if headed {
        let mut out = bytes::BytesMut::new();
        block::begin("", "", &mut out);
        capture.extend_from_slice(&out);
    }
    capture.extend_from_slice(input.rest());
    let (packets, ended) = read(&capture, usize::MAX);
    let (again, ended_again) = read(&capture, piece);
    assert_eq!((&packets, ended), (&again, ended_again), "pieces make a difference");
    if let Err(error) = ended {
        assert!(error.offset <= capture.len(), "{error} lies behind the end");
    }
    let held: usize = packets.iter().map(|packet| packet.bytes.len()).sum();
    assert!(held <= capture.len(), "more came out than went in");
    let (events, tally) = follow(&packets);
    let out: usize = events.iter().map(size).sum();
    assert!(out <= held, "streams are longer than their packets");
    let kept = held + packets.len() * COST;
    assert!(tally.given_up == 0 || kept > MOST_HELD || packets.len() > MOST_STREAMS);
    let streams: BTreeSet<u64> = events.iter().map(|event| event.stream).collect();
    assert!(streams.iter().copied().eq(1..=tally.streams), "streams are numbered from 1");
    told::check(&events, &tally);
}

/// What two sides say, written and read.
fn said(mut input: Input<'_>) {
    let ends = ("192.0.2.1:50000".parse(), "192.0.2.2:1688".parse());
    let (Ok(client), Ok(server)) = ends else { return };
    let mut tape = Tape::new("fuzz", "", &[], Draw::new(input.u8().into()));
    let mut client_said = Said::default();
    let mut server_said = Said::default();
    tape.open((0, 1), Moment(0), (client, server));
    while !input.is_spent() {
        let choice = input.u8();
        let side = if choice & 1 == 0 { Side::Client } else { Side::Server };
        let over = client_said.over && server_said.over;
        let said = if side == Side::Client { &mut client_said } else { &mut server_said };
        match choice >> 1 & 7 {
            0 => tape.pass((0, 1), Moment(0), side, Passed::Ack),
            1 if choice >> 4 == 0 => {
                tape.pass((0, 1), Moment(0), side, Passed::End);
                said.over = true;
            }
            2 if choice >> 4 == 0 => {
                tape.pass((0, 1), Moment(0), side, Passed::Reset);
                (client_said.over, server_said.over) = (true, true);
            }
            _ => {
                let count = usize::from(input.u16()) % 4096;
                let bytes = input.take(count);
                tape.pass((0, 1), Moment(0), side, Passed::Bytes(bytes));
                // Once both have ended nobody listens.
                if !said.over && !over {
                    said.bytes.extend_from_slice(bytes);
                }
            }
        }
    }
    let (packets, ended) = read(&tape.take(), 4096);
    assert_eq!(ended, Ok(()));
    let (events, tally) = follow(&packets);
    assert!(tally.not_tcp.is_empty() && tally.given_up == 0);
    assert_eq!((tally.repeated, tally.early, tally.stray), (0, 0, 0));
    told::check(&events, &tally);
    let (mut client, mut server) = (Vec::new(), Vec::new());
    for event in &events {
        assert!(!matches!(event.what, What::Missing(_)), "nothing is missing");
        if let What::Framed(framed) = &event.what {
            let found = if event.side == Side::Client { &mut client } else { &mut server };
            found.extend_from_slice(&framed.bytes);
        }
    }
    assert!(client == client_said.bytes && server == server_said.bytes, "not what was said");
}

/// What one side said, until it said no more.
#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    over: bool,
}

fn read(capture: &[u8], piece: usize) -> (Vec<Packet>, Result<(), DecodeError>) {
    let (mut reader, mut packets) = (Reader::new(), Vec::new());
    for piece in capture.chunks(piece) {
        reader.push(piece);
        loop {
            match reader.poll() {
                Ok(Some(Item::Packet(packet))) => packets.push(packet),
                Ok(Some(Item::Name(..))) => {}
                Ok(None) | Err(_) => break,
            }
        }
    }
    let ended = reader.end();
    (packets, ended)
}

fn follow(packets: &[Packet]) -> (Vec<Event>, Tally) {
    let (mut follower, mut events) = (Follower::new(), Vec::new());
    for packet in packets {
        follower.packet(packet);
        events.extend(std::iter::from_fn(|| follower.poll()));
    }
    follower.finish();
    events.extend(std::iter::from_fn(|| follower.poll()));
    (events, follower.tally().clone())
}

fn size(event: &Event) -> usize {
    match &event.what {
        What::Framed(framed) => framed.bytes.len(),
        _ => 0,
    }
}
