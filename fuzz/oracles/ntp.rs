//! NTP: a packet is written as it was read, a server answers what may be answered and tells its own
//! clock, a client believes what it may believe and nothing that answers another question, and what
//! it makes of four timestamps is what the protocol defines.

#[path = "ntp/service.rs"]
mod service;

use client_sim::time_service::sample::{Doubt, Sample};
use client_sim::w32tm::chart::Chart;
use client_sim::w32tm::command::Stripchart;
use kms_proto::ntp::exchange::Exchange;
use kms_proto::ntp::packet::{LENGTH, Leap, Mode, Packet, Version};
use kms_proto::ntp::short::Short;
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::wire::{Order, Wire, located};
use kms_proto::write::Writer;
use kms_sim::time_server::TimeServer;

use super::input::Input;

/// Ticks in a second.
const SECOND: u64 = 10_000_000;

/// 68 years less a day, in ticks: as far apart as two clocks may be and still be told apart.
const APART: u64 = (0x8000_0000 - 86_400) * SECOND;

/// The first byte chooses: 0 to 2 (modulo 4) a question and its answer with bytes changed, 3 what a
/// service makes of answers. Two bytes of the server's and two clocks follow, then the changes.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.u8();
    if choices & 3 == 3 {
        return service::check(input);
    }
    let (stratum, distance) = (input.u8(), input.u8());
    let (client, server) = (FileTime(input.u64()), FileTime(input.u64()));
    let host = TimeServer {
        stratum,
        root_dispersion: Short(u32::from(distance) << 13),
        ..TimeServer::default()
    };
    match choices & 3 {
        0 => strangers(input.rest(), &host, client, server, choices & 4 != 0),
        1 => known(&mut input, &host, client, server),
        _ => bent(&mut input, &host, client, server),
    }
}

/// Bytes from anybody: as a question, and as an answer to one that was asked at `client`, or that
/// bore what the bytes say where `claims`.
fn strangers(bytes: &[u8], host: &TimeServer, client: FileTime, server: FileTime, claims: bool) {
    let Some(packet) = coded(bytes) else {
        assert_eq!(host.answer(bytes, server, server), None);
        return;
    };
    answered(host, bytes, &packet, server, server.later(u64::from(bytes.len() > LENGTH)));
    let asked = if claims { packet.origin } else { Timestamp::of(client) };
    judged(&packet, asked, server);
}

/// A good question, its answer, and the way of both: what the client works out is what is so.
fn known(input: &mut Input<'_>, host: &TimeServer, client: FileTime, server: FileTime) {
    let ways = [input.u32(), input.u32(), input.u32()].map(u64::from);
    let [there, inside, back] = ways;
    let whole = there + inside + back;
    // Neither clock runs out while the packets are under way, and they are not too far apart.
    let client = client.0.min(u64::MAX - whole);
    let server = server.0.clamp(client.saturating_sub(APART), client.saturating_add(APART));
    let server = server.min(u64::MAX - whole);
    let mode = if whole % 2 == 0 { Mode::CLIENT } else { Mode::SYMMETRIC_ACTIVE };
    let question = Packet::request(Version::V3, mode, Timestamp::of(FileTime(client)));
    let received = FileTime(server + there);
    let answer = host.answer(&question.to_bytes(Order::Big), received, received.later(inside));
    let Some(answer) = answer else { panic!("a good question gets no answer") };
    let sample = Sample::new(&answer, question.transmit, FileTime(client + whole));
    let believed = (1..16).contains(&host.stratum) && host.root_dispersion.0 < 16 << 16;
    assert_eq!(sample.is_ok(), believed, "{sample:?}");
    let Ok(sample) = sample else { return };
    let apart = i128::from(server) - i128::from(client);
    // Twice the offset, in ticks, is off by what the ways differ, and by a tick for rounding.
    let twice = 2 * apart + i128::from(there) - i128::from(back);
    let offset = i128::from(sample.offset.0) / 100;
    assert!((2 * offset - twice).abs() <= 1, "{offset} ticks for {twice} halves");
    let delay = i128::from(sample.delay.0) / 100;
    assert_eq!(delay, i128::from(there) + i128::from(back));
}

/// A good answer with bytes of it changed, or cut.
fn bent(input: &mut Input<'_>, host: &TimeServer, client: FileTime, server: FileTime) {
    let question = Packet::request(Version::V4, Mode::CLIENT, Timestamp::of(client));
    let Some(answer) = host.answer(&question.to_bytes(Order::Big), server, server) else {
        panic!("a good question gets no answer")
    };
    let mut bytes = [0; LENGTH];
    bytes.copy_from_slice(&answer.to_bytes(Order::Big));
    for _ in 0..8 {
        if input.is_spent() {
            break;
        }
        let (place, value) = (usize::from(input.u8()), input.u8());
        match bytes.get_mut(place) {
            Some(byte) => *byte ^= value,
            None if place == 255 => {
                assert!(coded(bytes.get(..usize::from(value) % LENGTH).unwrap_or(&[])).is_none());
            }
            None => {}
        }
    }
    let Some(packet) = coded(&bytes) else { panic!("48 bytes are no packet") };
    let came = client.later(input.u32().into());
    let believed = judged(&packet, question.transmit, came);
    let of = Stripchart { computer: String::new(), period: 1, data_only: true, samples: None };
    let line = Chart::new(of).line(client, Some((&bytes, came)));
    assert_eq!(line.contains("error"), !believed, "{line}");
}

/// What the bytes are as a packet, once it is shown that it is written as they are.
fn coded(bytes: &[u8]) -> Option<Packet> {
    match Packet::parse(bytes, Order::Big) {
        Ok((rest, packet)) => {
            assert_eq!(rest.len() + LENGTH, bytes.len());
            let mut written = bytes::BytesMut::with_capacity(LENGTH);
            packet.emit(&mut Writer::new(&mut written, Order::Little));
            assert_eq!(Some(&written[..]), bytes.get(..LENGTH));
            Some(packet)
        }
        Err(error) => {
            assert!(bytes.len() < LENGTH, "{} bytes are no packet", bytes.len());
            let error = located(&error, bytes.len());
            assert!(error.offset <= bytes.len() && bytes.len() < error.offset + 8, "{error}");
            None
        }
    }
}

/// The server answers exactly what it should, with what it should.
fn answered(
    host: &TimeServer,
    question: &[u8],
    packet: &Packet,
    received: FileTime,
    left: FileTime,
) {
    let (version, mode) = (packet.version.number(), packet.mode.number());
    let due = match (version, mode) {
        (1..=4, 3) | (1, 0) => Some(Mode::SERVER),
        (1..=4, 1) => Some(Mode::SYMMETRIC_PASSIVE),
        _ => None,
    };
    let answer = host.answer(question, received, left);
    assert_eq!(answer.map(|answer| answer.mode), due, "version {version}, mode {mode}");
    let Some(answer) = answer else { return };
    let echoed = (answer.origin, answer.version, answer.poll);
    assert_eq!(echoed, (packet.transmit, packet.version, packet.poll));
    assert_eq!((answer.receive.near(received), answer.transmit.near(left)), (received, left));
    let knows = host.stratum < 16;
    assert_eq!(
        (answer.leap == Leap::Unknown, answer.stratum),
        if knows { (false, host.stratum) } else { (true, 0) }
    );
}

/// What a client that asked with `asked` makes of an answer; whether it believes it.
fn judged(answer: &Packet, asked: Timestamp, came: FileTime) -> bool {
    let sample = Sample::new(answer, asked, came);
    let distance = u64::from(answer.root_delay.0 / 2) + u64::from(answer.root_dispersion.0);
    let doubt = if !matches!(answer.mode.number(), 2 | 4) {
        Some(Doubt::NotAnAnswer)
    } else if answer.origin != asked {
        Some(Doubt::NotAsked)
    } else if answer.leap == Leap::Unknown || !(1..16).contains(&answer.stratum) {
        Some(Doubt::Unsynchronized)
    } else if answer.receive.0 == 0 || answer.transmit.0 == 0 {
        Some(Doubt::NoTime)
    } else if distance >= 16 << 16 {
        Some(Doubt::Distant)
    } else {
        None
    };
    assert_eq!(sample.err(), doubt);
    let Ok(sample) = sample else { return false };
    assert_eq!(sample.packet, *answer);
    let exchange = Exchange::new(answer, came);
    assert_eq!((exchange.offset(), exchange.delay()), (sample.offset, sample.delay));
    let (a, b) = (asked.0, answer.receive.0);
    let (c, d) = (answer.transmit.0, Timestamp::of(came).0);
    nearest(sample.offset.0, apart(b, a) + apart(c, d), 1 << 33);
    nearest(sample.delay.0, apart(d, a) - apart(c, b), 1 << 32);
    true
}

/// RFC 5905 §6: the one difference modulo 2⁶⁴ that is at least -2⁶³ and less than 2⁶³.
fn apart(later: u64, earlier: u64) -> i128 {
    let difference = i128::from(later) - i128::from(earlier);
    let (half, era) = (1_i128 << 63, 1_i128 << 64);
    if difference >= half {
        difference - era
    } else if difference < -half {
        difference + era
    } else {
        difference
    }
}

/// `nanos` are whole ticks, and no others are nearer to `units` of so many a second.
fn nearest(nanos: i64, units: i128, a_second: i128) {
    assert_eq!(nanos % 100, 0);
    let off = i128::from(nanos / 100) * a_second - units * i128::from(SECOND);
    assert!(2 * off.abs() <= a_second, "{nanos} ns for {units} of {a_second} a second");
}
