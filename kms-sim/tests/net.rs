//! The server at its sockets: ready means accepting, stopped means refusing, limits at the door.
#![cfg(feature = "net")]
#![allow(clippy::unwrap_used, reason = "a test may unwrap")]

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use kms_proto::time::FileTime;
use kms_sim::config::HostConfig;
use kms_sim::exchange::Exchange;
use kms_sim::fault::notes::Notes;
use kms_sim::host::Host;
use kms_sim::net::observer::{Ended, Observer};
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const GRACE: Duration = Duration::from_secs(5);

/// Passes on why connections ended.
struct Endings(Mutex<UnboundedSender<(u64, Ended)>>);

impl Observer for Endings {
    fn opened(&self, _: u64, _: SocketAddr) {}
    fn called(&self, _: u64, _: &Exchange, _: &Notes) {}
    fn closed(&self, connection: u64, why: Ended) {
        let _ = self.0.lock().unwrap().send((connection, why));
    }
}

fn start(options: Options, addrs: &[SocketAddr]) -> (Server, UnboundedReceiver<(u64, Ended)>) {
    let (sender, endings) = unbounded_channel();
    let host = Host::new(HostConfig::default());
    let observer = Box::new(Endings(Mutex::new(sender)));
    let shared = Shared::new(host, Box::new(|| FileTime(0)), observer, options);
    (Server::start(&shared, addrs).unwrap(), endings)
}

fn v4() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

#[tokio::test]
async fn ready_means_accepting_and_stopped_means_refusing() {
    for _ in 0..200 {
        let (server, _) = start(Options::default(), &[v4()]);
        let addr = server.addrs()[0];
        let open = TcpStream::connect(addr).await.unwrap();
        server.shutdown(GRACE).await;
        let error = TcpStream::connect(addr).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        drop(open);
    }
}

#[tokio::test]
async fn both_families_share_a_port_and_each_means_itself() {
    let (first, _) = start(Options::default(), &[v4()]);
    let port = first.addrs()[0].port();
    first.shutdown(GRACE).await;
    let both = [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()];
    let (server, _) = start(Options::default(), &both);
    assert_eq!(server.addrs(), both);
    for addr in both {
        TcpStream::connect(addr).await.unwrap();
    }
    server.shutdown(GRACE).await;
}

#[tokio::test]
async fn a_taken_port_is_named_and_nothing_listens() {
    let (server, _) = start(Options::default(), &[v4()]);
    let taken = server.addrs()[0];
    let host = Host::new(HostConfig::default());
    let nobody = Box::new(kms_sim::net::observer::Nobody);
    let shared = Shared::new(host, Box::new(|| FileTime(0)), nobody, Options::default());
    let (addr, error) = Server::start(&shared, &[v4(), taken]).unwrap_err();
    assert_eq!((addr, error.kind()), (taken, ErrorKind::AddrInUse));
    server.shutdown(GRACE).await;
}

#[tokio::test]
async fn one_connection_over_the_limit_is_closed_and_a_place_that_frees_is_given_again() {
    let options = Options { max_connections: 1, ..Options::default() };
    let (server, mut endings) = start(options, &[v4()]);
    let first = TcpStream::connect(server.addrs()[0]).await.unwrap();
    let mut second = TcpStream::connect(server.addrs()[0]).await.unwrap();
    assert_eq!(second.read(&mut [0; 1]).await.unwrap(), 0);
    assert_eq!(endings.recv().await, Some((2, Ended::Full)));
    drop(first);
    assert_eq!(endings.recv().await, Some((1, Ended::Peer)));
    drop(TcpStream::connect(server.addrs()[0]).await.unwrap());
    assert_eq!(endings.recv().await, Some((3, Ended::Peer)));
    server.shutdown(GRACE).await;
}

#[tokio::test]
async fn a_byte_now_and_then_keeps_no_connection_open() {
    let idle = Duration::from_millis(100);
    let (server, mut endings) = start(Options { idle, ..Options::default() }, &[v4()]);
    let mut slow = TcpStream::connect(server.addrs()[0]).await.unwrap();
    let dripping = tokio::spawn(async move {
        // The header of a PDU of 5840 bytes, then one byte at a time, far oftener than `idle`.
        let header = [5, 0, 0, 3, 16, 0, 0, 0, 0xd0, 0x16, 0, 0, 1, 0, 0, 0];
        slow.write_all(&header).await.unwrap();
        let mut drops = tokio::time::interval(idle / 20);
        let mut dripped = 0;
        while slow.write_all(&[0]).await.is_ok() {
            dripped += 1;
            drops.tick().await;
        }
        dripped
    });
    assert_eq!(endings.recv().await, Some((1, Ended::Idle)));
    let dripped = dripping.await.unwrap();
    assert!((2..5824).contains(&dripped), "{dripped} bytes kept it waiting");
    server.shutdown(GRACE).await;
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let options = Options { idle: Duration::from_millis(20), ..Options::default() };
    let (server, mut endings) = start(options, &[v4()]);
    let silent = TcpStream::connect(server.addrs()[0]).await.unwrap();
    assert_eq!(endings.recv().await, Some((1, Ended::Idle)));
    drop(silent);
    server.shutdown(GRACE).await;
}

#[tokio::test]
async fn every_connection_a_stop_ends_is_told_of_also_where_its_time_is_cut_off() {
    for grace in [GRACE, Duration::ZERO] {
        let (server, mut endings) = start(Options::default(), &[v4()]);
        let mut first = TcpStream::connect(server.addrs()[0]).await.unwrap();
        // Accepted for sure: a wrong header is answered.
        first.write_all(&[9; 16]).await.unwrap();
        let mut answer = Vec::new();
        first.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.is_empty());
        assert!(matches!(endings.recv().await, Some((1, Ended::Session(_)))));
        let mut idle = TcpStream::connect(server.addrs()[0]).await.unwrap();
        // A whole fragment of nothing is answered by nothing, so half a header must do: the
        // connection is accepted once a later one was.
        idle.write_all(&[5]).await.unwrap();
        let mut third = TcpStream::connect(server.addrs()[0]).await.unwrap();
        third.write_all(&[9; 16]).await.unwrap();
        third.read_to_end(&mut answer).await.unwrap();
        assert!(matches!(endings.recv().await, Some((3, Ended::Session(_)))));
        server.shutdown(grace).await;
        assert_eq!(endings.recv().await, Some((2, Ended::Stopped)));
        assert_eq!(endings.recv().await, None);
        drop(idle);
    }
}
