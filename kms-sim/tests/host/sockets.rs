//! Over real sockets: where other hosts need luck with segments, hang, queue or say goodbye.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test's helper fails the test, loudly"
)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use kms_proto::kms::hresult::HResult;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::wire::Order;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;
use kms_sim::net::observer::Nobody;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::refusal::Refusal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use crate::connection::{bind, request as call};
use crate::request::{NOON, request};
use crate::sealed::sealed;

/// Nothing here takes long, and the host's own patience is far longer.
const PATIENCE: Duration = Duration::from_secs(10);

fn start(config: HostConfig) -> (Server, SocketAddr) {
    let options = Options { idle: Duration::from_mins(5), ..Options::default() };
    let shared = Shared::new(Host::new(config), Box::new(|| NOON), Box::new(Nobody), options);
    let server = Server::start(&shared, &[(Ipv4Addr::LOCALHOST, 0).into()]).unwrap();
    let addr = server.addrs()[0];
    (server, addr)
}

/// A client that knows where a PDU ends, and waits for nobody.
struct Client(TcpStream);

impl Client {
    async fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The next PDU.
    async fn next(&mut self) -> Vec<u8> {
        let read = async {
            let mut pdu = vec![0; 16];
            self.0.read_exact(&mut pdu).await.unwrap();
            let length = usize::from(u16::from_le_bytes([pdu[8], pdu[9]]));
            pdu.resize(length, 0);
            self.0.read_exact(&mut pdu[16..]).await.unwrap();
            pdu
        };
        timeout(PATIENCE, read).await.expect("the host answers")
    }

    /// All that comes until the host hangs up.
    async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("it hangs up").unwrap();
        bytes
    }
}

fn message(version: Version) -> Vec<u8> {
    sealed(&Realm::default(), &Request { version, ..request(NOON) })
}

/// The call id and code of a response, and how long its message is.
fn response(pdu: &[u8], ndr: Ndr) -> (u32, HResult, usize) {
    let pdu = Pdu::parse(pdu).unwrap();
    let Body::Response(response) = &pdu.body else { panic!("{:?}", pdu.body) };
    let stub = ResponseStub::from_bytes(response.stub, ndr, Order::Little).unwrap();
    (pdu.call_id, stub.hresult, stub.message.map_or(0, <[u8]>::len))
}

/// The status of a fault.
fn fault(pdu: &[u8]) -> u32 {
    let Body::Fault(fault) = Pdu::parse(pdu).unwrap().body else { panic!("no fault") };
    fault.status.0
}

#[tokio::test]
async fn segments_mean_nothing() {
    let (server, addr) = start(HostConfig::default());
    let bound = bind(Ndr::Ndr32);
    let asked = call(Ndr::Ndr32, 3, &message(Version::V6));
    let all = [&bound[..], &asked[..]].concat();
    for size in [1, 7, asked.len() / 8, bound.len() + 20, all.len()] {
        let mut client = Client::connect(addr).await;
        for segment in all.chunks(size) {
            client.send(segment).await;
            tokio::task::yield_now().await;
        }
        client.next().await;
        assert_eq!(response(&client.next().await, Ndr::Ndr32), (3, HResult::OK, 260), "{size}");
    }
    server.shutdown(PATIENCE).await;
}

#[tokio::test]
async fn one_connection_serves_call_after_call_in_every_version() {
    let (server, addr) = start(HostConfig::default());
    for ndr in [Ndr::Ndr32, Ndr::Ndr64] {
        let mut client = Client::connect(addr).await;
        client.send(&bind(ndr)).await;
        client.next().await;
        let versions = [Version::V4, Version::V5, Version::V6].into_iter().cycle();
        for (call_id, version) in (2..100).zip(versions) {
            client.send(&call(ndr, call_id, &message(version))).await;
            let (answered, code, _) = response(&client.next().await, ndr);
            assert_eq!((answered, code), (call_id, HResult::OK));
        }
    }
    server.shutdown(PATIENCE).await;
}

/// The clock of this runtime stands still while a blocking task runs: a host that waited before an
/// answer would never give it.
#[tokio::test(start_paused = true)]
async fn no_answer_waits_for_time_to_pass() {
    let refuses = HostConfig { enabled: false, ..HostConfig::default() };
    let granted = (HostConfig::default(), HResult::OK);
    for (config, code) in [granted, (refuses, HResult::NOT_ENABLED)] {
        let (server, addr) = start(config);
        let asked = spawn_blocking(move || {
            let begun = Instant::now();
            for ndr in [Ndr::Ndr32, Ndr::Ndr64] {
                let mut stream = std::net::TcpStream::connect(addr).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let mut ask = |pdu: &[u8]| {
                    let mut answer = vec![0; 8_192];
                    stream.write_all(pdu).unwrap();
                    let length = stream.read(&mut answer).expect("the host answers");
                    answer.truncate(length);
                    answer
                };
                ask(&bind(ndr));
                for (call_id, version) in (2..).zip([Version::V4, Version::V5, Version::V6]) {
                    let answer = ask(&call(ndr, call_id, &message(version)));
                    assert_eq!(response(&answer, ndr).1, code, "{version}");
                }
            }
            begun.elapsed()
        });
        assert_eq!(asked.await.unwrap(), Duration::ZERO);
        server.shutdown(PATIENCE).await;
    }
}

/// Everything here runs on one thread, so what the host does between two awaits is its own choice.
#[tokio::test]
async fn who_sends_without_waiting_does_not_keep_the_host_from_others() {
    let host = Host::new(HostConfig::default());
    let options = Options { idle: Duration::from_mins(5), ..Options::default() };
    let shared = Shared::new(host, Box::new(|| NOON), Box::new(Nobody), options);
    let server = Server::start(&shared, &[(Ipv4Addr::LOCALHOST, 0).into()]).unwrap();
    let addr = server.addrs()[0];
    let [mut greedy, mut modest] = [Client::connect(addr).await, Client::connect(addr).await];
    for client in [&mut greedy, &mut modest] {
        client.send(&bind(Ndr::Ndr32)).await;
        client.next().await;
    }
    let asks = call(Ndr::Ndr32, 2, &message(Version::V4));
    let crowd = asks.repeat(1_000);
    assert!(greedy.0.try_write(&crowd).unwrap() > 200 * asks.len(), "the socket takes too little");
    assert_eq!(modest.0.try_write(&asks).unwrap(), asks.len());
    modest.next().await;
    let before = shared.host().ledger().total;
    assert!(before < 100, "{before} requests were served before the one of another connection");
    server.shutdown(PATIENCE).await;
}

#[tokio::test]
async fn an_answer_is_there_whole_with_its_first_byte() {
    let (server, addr) = start(HostConfig::default());
    let mut client = Client::connect(addr).await;
    client.send(&bind(Ndr::Ndr32)).await;
    let mut buffer = [0; 8_192];
    for call_id in 2..50 {
        let read = timeout(PATIENCE, client.0.read(&mut buffer)).await.unwrap().unwrap();
        // The buffer has room for far more: what one read gives is what one write sent.
        let length = usize::from(u16::from_le_bytes([buffer[8], buffer[9]]));
        assert_eq!(read, length, "before call {call_id}");
        client.send(&call(Ndr::Ndr32, call_id, &message(Version::V6))).await;
    }
    server.shutdown(PATIENCE).await;
}

#[tokio::test]
async fn a_pdu_that_ends_at_its_header_is_answered_at_once() {
    let (server, addr) = start(HostConfig::default());
    for packet_type in [0, 11, 14] {
        let mut client = Client::connect(addr).await;
        if packet_type != 11 {
            client.send(&bind(Ndr::Ndr32)).await;
            client.next().await;
        }
        client.send(&[5, 0, packet_type, 3, 16, 0, 0, 0, 16, 0, 0, 0, 9, 0, 0, 0]).await;
        let answer = client.next().await;
        let pdu = Pdu::parse(&answer).unwrap();
        assert_eq!(pdu.call_id, 9);
        match pdu.body {
            Body::BindNak(nak) => assert_eq!((packet_type, nak.reason.0), (11, 0)),
            _ => assert_eq!(fault(&answer), 0x1c01_000b),
        }
        assert!(client.rest().await.is_empty(), "then it hangs up");
    }
    server.shutdown(PATIENCE).await;
}

#[tokio::test]
async fn every_refusal_is_sent_and_the_connection_stays() {
    for (version, code) in
        [(Version::V4, 0xC004_F042), (Version::V5, 1), (Version::V6, 0x8007_000D)]
    {
        let scripted = Refusal::new(HResult(code));
        let (server, addr) = start(HostConfig { scripted, ..HostConfig::default() });
        for (ndr, length) in [(Ndr::Ndr32, 36), (Ndr::Ndr64, 44)] {
            let mut client = Client::connect(addr).await;
            client.send(&bind(ndr)).await;
            client.next().await;
            for call_id in 2..5 {
                client.send(&call(ndr, call_id, &message(version))).await;
                let answer = client.next().await;
                assert_eq!(answer.len(), length);
                assert_eq!(response(&answer, ndr), (call_id, HResult(code), 0));
            }
        }
        server.shutdown(PATIENCE).await;
    }
}

#[tokio::test]
async fn an_unknown_version_is_refused_and_the_connection_stays() {
    let (server, addr) = start(HostConfig::default());
    let mut client = Client::connect(addr).await;
    client.send(&bind(Ndr::Ndr32)).await;
    client.next().await;
    for (call_id, (major, minor)) in (2..).zip([(3_u8, 0), (7, 0), (4, 1), (5, 1), (6, 1)]) {
        let mut message = message(Version::V6);
        (message[0], message[2]) = (minor, major);
        client.send(&call(Ndr::Ndr32, call_id, &message)).await;
        let refused = (call_id, HResult::INVALID_DATA, 0);
        assert_eq!(response(&client.next().await, Ndr::Ndr32), refused);
    }
    client.send(&call(Ndr::Ndr32, 99, &message(Version::V6))).await;
    assert_eq!(response(&client.next().await, Ndr::Ndr32), (99, HResult::OK, 260));
    server.shutdown(PATIENCE).await;
}

#[tokio::test]
async fn nobody_waits_for_a_peer_that_is_slow() {
    let (server, addr) = start(HostConfig::default());
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut client = Client::connect(addr).await;
        client.send(&bind(Ndr::Ndr32)[..40]).await;
        slow.push(client);
    }
    let mut client = Client::connect(addr).await;
    client.send(&bind(Ndr::Ndr32)).await;
    client.next().await;
    client.send(&call(Ndr::Ndr32, 2, &message(Version::V4))).await;
    assert_eq!(response(&client.next().await, Ndr::Ndr32).1, HResult::OK);
    drop(slow);
    server.shutdown(PATIENCE).await;
}
