//! What comes in another order than it was sent, connections whose ports are used again, and ends and
//! resets before their place: all that is in the capture is told, and told once.

use kms_proto::capture::follow::{Follower, MOST_HELD, MOST_OVER, MOST_STREAMS, Tally};
use kms_proto::capture::link::LinkType;
use kms_proto::capture::passed::Side;
use kms_proto::capture::reader::Packet;
use kms_proto::capture::stream::What;

use crate::streams::events;

const SYN: u8 = 2;
const ACK: u8 = 16;
const FIN: u8 = 1;
const RST: u8 = 4;

/// A packet over raw IPv4 between a client's port and a host's 1688.
fn packet(client: u32, side: Side, sequence: u32, ack: u32, flags: u8, bytes: &[u8]) -> Packet {
    let (client, server) = ((0x0a00_0000 | client, 50_000_u16), (0xc0a8_0001_u32, 1688_u16));
    let (from, to) = if side == Side::Client { (client, server) } else { (server, client) };
    let length = u16::try_from(40 + bytes.len()).unwrap();
    let mut out = vec![0x45, 0];
    out.extend(length.to_be_bytes());
    out.extend([0, 0, 0, 0, 64, 6, 0, 0]);
    out.extend(from.0.to_be_bytes());
    out.extend(to.0.to_be_bytes());
    out.extend(from.1.to_be_bytes());
    out.extend(to.1.to_be_bytes());
    out.extend(sequence.to_be_bytes());
    out.extend(ack.to_be_bytes());
    out.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    out.extend(bytes);
    Packet { number: 1, at: None, link: LinkType::RAW, bytes: out.into() }
}

fn client(sequence: u32, ack: u32, flags: u8, bytes: &[u8]) -> Packet {
    packet(1, Side::Client, sequence, ack, flags, bytes)
}

fn server(sequence: u32, ack: u32, flags: u8, bytes: &[u8]) -> Packet {
    packet(1, Side::Server, sequence, ack, flags, bytes)
}

/// The header of a PDU of 16 bytes, by which it is one.
fn pdu(kind: u8, call: u8) -> Vec<u8> {
    vec![5, 0, kind, 3, 16, 0, 0, 0, 16, 0, 0, 0, call, 0, 0, 0]
}

fn ask(call: u8) -> Vec<u8> {
    pdu(0, call)
}

fn answer(call: u8) -> Vec<u8> {
    pdu(2, call)
}

/// A connection from its handshake to its answer, with these first numbers.
fn talk(c: u32, s: u32, call: u8) -> Vec<Packet> {
    vec![
        client(c, 0, SYN, &[]),
        server(s, c + 1, SYN | ACK, &[]),
        client(c + 1, s + 1, ACK, &[]),
        client(c + 1, s + 1, ACK, &ask(call)),
        server(s + 1, c + 17, ACK, &answer(call)),
    ]
}

/// What happened, a few letters each: the stream, whose doing, and what.
fn told(packets: &[Packet]) -> (String, Tally) {
    let (events, follower) = events(packets);
    let words: Vec<String> = events
        .iter()
        .filter_map(|event| {
            let what = match &event.what {
                What::Found(_) | What::Over => return None,
                What::Framed(framed) if framed.whole => format!("pdu{}", framed.bytes[12]),
                What::Framed(_) => "noise".to_owned(),
                What::Missing(bytes) => format!("-{bytes}"),
                What::End => "end".to_owned(),
                What::Reset => "reset".to_owned(),
                What::GivenUp => "given-up".to_owned(),
            };
            let side = if event.side == Side::Client { 'c' } else { 's' };
            Some(format!("{}{side}:{what}", event.stream))
        })
        .collect();
    (words.join(" "), follower.tally().clone())
}

#[test]
fn a_connection_over_ports_used_again_is_another_whatever_its_numbers() {
    for (c, s) in [(900_000_000, 700_000_000), (1000, 5000), (77, 0xffff_0000)] {
        let packets = [talk(500_000, 600_000, 1), talk(c, s, 2)].concat();
        let (words, tally) = told(&packets);
        assert_eq!(words, "1c:pdu1 1s:pdu1 2c:pdu2 2s:pdu2", "{c} {s}");
        assert_eq!((tally.streams, tally.repeated, tally.early), (2, 0, 0));
    }
}

#[test]
fn a_connection_whose_first_attempts_were_lost_is_read() {
    let packets = [vec![client(70_000_000, 0, SYN, &[])], talk(1000, 5000, 1)].concat();
    assert_eq!(told(&packets).0, "1c:pdu1 1s:pdu1");
    // The client's SYN was not captured, or after the answer to it.
    let mut packets = [talk(500_000, 600_000, 1), talk(1000, 5000, 2)].concat();
    packets.remove(5);
    assert_eq!(told(&packets).0, "1c:pdu1 1s:pdu1 2c:pdu2 2s:pdu2");
    let mut packets = talk(1000, 5000, 1);
    packets.swap(0, 1);
    assert_eq!(told(&packets).0, "1c:pdu1 1s:pdu1");
    // The same SYN again is the same connection's.
    let mut packets = talk(1000, 5000, 1);
    packets.insert(4, client(1000, 0, SYN, &[]));
    packets.insert(2, server(5000, 1001, SYN | ACK, &[]));
    assert_eq!(told(&packets), ("1c:pdu1 1s:pdu1".to_owned(), told(&talk(1000, 5000, 1)).1));
}

#[test]
fn what_is_said_far_behind_an_end_is_another_connection() {
    let mut packets = talk(1000, 5000, 1);
    packets.push(server(5017, 1017, FIN | ACK, &[]));
    packets.push(client(1017, 5018, FIN | ACK, &[]));
    // Its handshake is not in the capture.
    packets.extend(talk(900_000_000, 700_000_000, 2).split_off(3));
    let (words, tally) = told(&packets);
    assert_eq!(words, "1c:pdu1 1s:pdu1 1s:end 1c:end 2c:pdu2 2s:pdu2");
    assert_eq!(tally.streams, 2);
}

#[test]
fn bytes_from_before_the_first_one_known_did_not_come_twice() {
    let mut packets = talk(1000, 5000, 1).split_off(3);
    packets.insert(1, client(985, 5001, ACK, &ask(2)));
    let (words, tally) = told(&packets);
    assert_eq!(words, "1c:pdu1 1s:pdu1");
    assert_eq!((tally.early, tally.repeated), (16, 0));
    // Partly before, partly again.
    packets[1] = client(995, 5001, ACK, &ask(2));
    let tally = told(&packets).1;
    assert_eq!((tally.early, tally.repeated), (6, 10));
    // A probe of whether the other side lives.
    let mut packets = talk(1000, 5000, 1);
    packets.insert(3, client(1000, 5001, ACK, &[0]));
    let tally = told(&packets).1;
    assert_eq!((tally.early, tally.repeated), (0, 0));
}

#[test]
fn an_end_is_told_once_all_before_it_is_here() {
    let mut packets = talk(1000, 5000, 1);
    let late = packets.pop().unwrap();
    packets.push(server(5017, 1017, FIN | ACK, &[]));
    packets.push(client(1017, 5001, FIN | ACK, &[]));
    assert_eq!(told(&packets).0, "1c:pdu1 1c:end 1s:-16 1s:end");
    packets.push(late);
    packets.push(client(1018, 5018, ACK, &[]));
    assert_eq!(told(&packets).0, "1c:pdu1 1c:end 1s:pdu1 1s:end");
}

#[test]
fn a_pdu_that_is_cut_off_is_told_before_the_end_that_cuts_it_off() {
    for (flags, ends) in [(FIN | ACK, "end"), (RST | ACK, "reset")] {
        let mut packets = talk(1000, 5000, 1);
        packets.push(client(1017, 5017, ACK, &ask(2)[..9]));
        packets.push(client(1026, 5017, flags, &[]));
        packets.push(server(5017, 1026, ACK, &answer(1)));
        let (told, _) = told(&packets);
        assert!(told.starts_with(&format!("1c:pdu1 1s:pdu1 1c:noise 1c:{ends}")), "{told}");
    }
}

/// A connection that is none of KMS, from its opening to its closing, between other ports.
fn web(client: u32, number: u32) -> Vec<Packet> {
    let get = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n";
    let said = number + 1 + u32::try_from(get.len()).unwrap();
    [(number, SYN, &[][..]), (number + 1, ACK, get), (said, FIN | ACK, &[])]
        .map(|(sequence, flags, bytes)| {
            let mut packet = packet(client, Side::Client, sequence, 1, flags, bytes);
            let mut raw = packet.bytes.to_vec();
            raw[22..24].copy_from_slice(&80_u16.to_be_bytes());
            packet.bytes = raw.into();
            packet
        })
        .into()
}

#[test]
fn connections_of_other_protocols_are_never_given_up_and_their_ports_are_used_again() {
    let again: Vec<Packet> = [web(1, 1000), web(1, 9_000_000)].concat();
    assert_eq!(events(&again).1.tally().others, 2);
    let clients = u32::try_from(MOST_STREAMS).unwrap() + 9;
    let many: Vec<Packet> = (0..clients).flat_map(|number| web(number, 1000)).collect();
    let (_, follower) = events(&many);
    let tally = follower.tally();
    assert_eq!((tally.given_up, tally.others), (0, u64::from(clients)));
}

#[test]
fn a_reset_is_told_once_all_before_it_is_here_and_a_stray_one_is_none() {
    let mut packets = talk(1000, 5000, 1);
    let late = packets.pop().unwrap();
    packets.push(server(5017, 1017, RST | ACK, &[]));
    packets.push(late.clone());
    assert_eq!(told(&packets).0, "1c:pdu1 1s:pdu1 1s:reset");
    packets.pop();
    assert_eq!(told(&packets).0, "1c:pdu1 1s:reset");
    // Far from where its sender is: no receiver takes it.
    packets[4] = client(99_999_999, 0, RST, &[]);
    packets.push(late.clone());
    let (words, tally) = told(&packets);
    assert_eq!((words.as_str(), tally.stray), ("1c:pdu1 1s:pdu1", 1));
    // What was under way when the other side broke off is told after it.
    packets[4] = client(1017, 0, RST, &[]);
    let (words, tally) = told(&packets);
    assert_eq!((words.as_str(), tally.stray), ("1c:pdu1 1c:reset 1s:pdu1", 0));
    // After its end a side has one number more.
    let mut packets = talk(1000, 5000, 1);
    packets.push(client(1017, 5017, FIN | ACK, &[]));
    packets.push(client(1018, 0, RST, &[]));
    assert_eq!(told(&packets).0, "1c:pdu1 1s:pdu1 1c:end 1c:reset");
    // Nobody listens.
    let packets = [client(1000, 0, SYN, &[]), server(0, 1001, RST | ACK, &[])];
    assert_eq!(told(&packets).0, "1s:reset");
}

#[test]
fn many_small_segments_that_wait_cost_what_keeping_them_costs() {
    let mut follower = Follower::new();
    let mut given_up = 0;
    for peer in 0..28 {
        follower.packet(&packet(peer, Side::Client, 0, 0, SYN, &[]));
        for n in 0..4000 {
            follower.packet(&packet(peer, Side::Client, 10 + 2 * n, 0, ACK, b"a"));
        }
        given_up = follower.tally().given_up;
        while follower.poll().is_some() {}
    }
    // 112 000 segments of one byte: fewer may wait than there is room for their keeping.
    assert!(given_up > 0, "{MOST_HELD} bytes hold them all");
    assert_eq!(follower.tally().others, 0, "what is spoken on them was not to be found out");
}

#[test]
fn what_is_over_makes_room_first_and_then_the_quietest_does() {
    let mut follower = Follower::new();
    let streams = u32::try_from(MOST_STREAMS).unwrap();
    for peer in 0..streams - 1 {
        follower.packet(&packet(peer, Side::Client, 0, 0, SYN, &[]));
    }
    // Pairs that come and go: the others stay.
    for peer in streams..streams + 4096 {
        follower.packet(&packet(peer, Side::Client, 0, 0, SYN, &[]));
        follower.packet(&packet(peer, Side::Client, 1, 0, RST, &[]));
        while follower.poll().is_some() {}
    }
    assert_eq!(follower.tally().given_up, 0);
    follower.packet(&packet(0, Side::Client, 1, 0, ACK, &ask(1)));
    let heard: Vec<What> = std::iter::from_fn(|| follower.poll()).map(|event| event.what).collect();
    assert!(matches!(&heard[..], [What::Found(_), What::Framed(_)]), "{heard:?}");
    // All alive: the one not heard of for longest makes room, which is not the first any more.
    for peer in 2 * streams..2 * streams + 2 {
        follower.packet(&packet(peer, Side::Client, 0, 0, SYN, &[]));
    }
    assert_eq!(follower.tally().given_up, 1);
    while let Some(event) = follower.poll() {
        assert_eq!(event.what, What::Over, "nothing was said on it");
    }
    follower.packet(&packet(0, Side::Client, 17, 0, ACK, &ask(2)));
    let heard: Vec<What> = std::iter::from_fn(|| follower.poll()).map(|event| event.what).collect();
    assert!(matches!(&heard[..], [What::Framed(_)]), "{heard:?}");
}

#[test]
fn what_is_over_is_let_go_of_before_the_capture_ends() {
    let mut follower = Follower::new();
    let mut over = 0;
    for peer in 0..2 * u32::try_from(MOST_OVER).unwrap() {
        follower.packet(&packet(peer, Side::Client, 0, 0, SYN, &[]));
        follower.packet(&packet(peer, Side::Client, 1, 0, RST, &[]));
        over += std::iter::from_fn(|| follower.poll()).filter(|e| e.what == What::Over).count();
    }
    assert_eq!(over, MOST_OVER);
}
