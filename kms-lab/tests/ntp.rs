//! The time server and the time client on real sockets, against each other.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::net::SocketAddr;
use std::time::Duration;

use client_sim::net::sntp;
use client_sim::time_service::sample::{Doubt, Sample};
use client_sim::w32tm::chart::Chart;
use kms_proto::ntp::packet::{LENGTH, Mode, Packet, Version};
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::wire::{Order, Wire};
use kms_sim::net::ntp::NtpServer;
use kms_sim::time_server::TimeServer;
use tokio::net::UdpSocket;

/// 2026-01-01 00:10:00.
const NOW: FileTime = FileTime(134_116_998_000_000_000);

const PATIENCE: Duration = Duration::from_secs(20);

async fn server(stratum: u8) -> NtpServer {
    let server = TimeServer { stratum, ..TimeServer::default() };
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    // A clock that stands still makes every number exact.
    NtpServer::start(server, Box::new(|| NOW), any).await.unwrap()
}

#[tokio::test]
async fn clocks_that_stand_are_compared_to_the_tick() {
    let server = server(1).await;
    for ticks in [0, 1, 600_000_000, 20 * 315_576_000_000_000] {
        let asked = FileTime(NOW.0 - ticks);
        let question = Chart::request(asked);
        let answer = sntp::ask(server.addr(), &question, PATIENCE).await.unwrap();
        let sample = Sample::new(&answer, question.transmit, asked).unwrap();
        let offset = i64::try_from(ticks * 100).unwrap();
        assert_eq!((sample.offset, sample.delay), (Nanos(offset), Nanos(0)));
    }
    assert_eq!(server.answered(), 4);
}

#[tokio::test]
async fn a_server_that_knows_no_time_is_heard_and_not_believed() {
    let server = server(16).await;
    let question = Chart::request(NOW);
    let answer = sntp::ask(server.addr(), &question, PATIENCE).await.unwrap();
    assert_eq!(Sample::new(&answer, question.transmit, NOW), Err(Doubt::Unsynchronized));
}

#[tokio::test]
async fn what_is_no_question_gets_silence_and_changes_nothing() {
    let server = server(1).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(server.addr()).await.unwrap();
    let answer = Packet::request(Version::V4, Mode::SERVER, Timestamp(1)).to_bytes(Order::Big);
    for rubbish in [&b""[..], b"x", &[0xff; LENGTH], &[0; 1200], &answer] {
        socket.send(rubbish).await.unwrap();
    }
    // A signed question is longer, and gets a plain answer.
    let mut signed = Chart::request(NOW).to_bytes(Order::Big).to_vec();
    signed.extend([7; 20]);
    socket.send(&signed).await.unwrap();
    let mut buffer = [0; 100];
    let length = tokio::time::timeout(PATIENCE, socket.recv(&mut buffer)).await.unwrap().unwrap();
    assert_eq!((length, server.answered()), (LENGTH, 1));
}

#[tokio::test]
async fn answers_to_other_questions_are_passed_over() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let addr = socket.local_addr().unwrap();
    let liar = tokio::spawn(async move {
        let mut buffer = [0; LENGTH];
        let (_, peer) = socket.recv_from(&mut buffer).await.unwrap();
        let honest = TimeServer::default().answer(&buffer, NOW, NOW).unwrap();
        for answer in [Packet { origin: Timestamp(7), ..honest }, honest] {
            socket.send_to(&answer.to_bytes(Order::Big), peer).await.unwrap();
        }
        socket.send_to(b"and more", peer).await.unwrap();
    });
    let question = Chart::request(NOW);
    let answer = sntp::ask(addr, &question, PATIENCE).await.unwrap();
    assert_eq!(answer.origin, question.transmit);
    liar.await.unwrap();
}

#[tokio::test]
async fn nobody_there_is_an_error_and_a_stopped_server_frees_its_port() {
    let addr = server(1).await.addr();
    // The server is dropped with the statement; its task ends when it is next looked at.
    tokio::task::yield_now().await;
    let again = UdpSocket::bind(addr).await.unwrap();
    let silent = sntp::ask(addr, &Chart::request(NOW), Duration::from_millis(50)).await;
    assert_eq!(silent.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    drop(again);
    let closed = sntp::ask(addr, &Chart::request(NOW), PATIENCE).await;
    assert_eq!(closed.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
}
