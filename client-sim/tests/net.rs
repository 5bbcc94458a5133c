//! The shell over real sockets, against hosts on the loopback.
#![cfg(feature = "net")]

#[path = "support/fake_host.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test's host")]
mod fake_host;

use std::future::Future;
use std::io::ErrorKind;
use std::time::Duration;

use client_sim::activation::Answer;
use client_sim::activation::trouble::Trouble;
use client_sim::kms_host::KmsHost;
use client_sim::net::attempt;
use client_sim::net::connection::Connection;
use client_sim::net::error::{Cause, NetError, Stage};
use client_sim::net::options::Options;
use client_sim::session::event::{CallId, NotNow};
use kms_proto::kms::hresult::HResult;
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::status::FaultStatus;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::fake_host::{FakeHost, Manners};

/// A listener on a port the system picks, and its name.
#[expect(clippy::unwrap_used, reason = "the loopback listens")]
async fn listen() -> (TcpListener, KmsHost) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string().parse().unwrap();
    (listener, host)
}

/// Serves one connection with `serve`.
#[expect(clippy::unwrap_used, reason = "a client connects")]
async fn host<F: Future<Output = ()> + Send + 'static>(
    serve: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> KmsHost {
    let (listener, host) = listen().await;
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });
    host
}

/// Serves as the fake host does, until the client leaves or `calls` requests were answered.
#[expect(clippy::unwrap_used, reason = "the client reads what is written")]
async fn serve(mut stream: TcpStream, manners: Manners, calls: usize) {
    let mut fake = FakeHost::new(manners);
    let mut bytes = [0; 100];
    while fake.messages.len() < calls {
        let length = stream.read(&mut bytes).await.unwrap();
        if length == 0 {
            return;
        }
        let back = fake.feed(bytes.get(..length).unwrap());
        stream.write_all(&back).await.unwrap();
    }
}

fn options() -> Options {
    Options::default()
}

/// For hosts that never answer.
fn impatient() -> Options {
    Options { timeout: Duration::from_millis(300), ..options() }
}

fn trouble(error: &NetError) -> Option<Trouble> {
    match Answer::from(error) {
        Answer::Trouble(trouble) => Some(trouble),
        _ => None,
    }
}

#[tokio::test]
async fn one_attempt_brings_the_reply() {
    let host = host(|stream| serve(stream, Manners::default(), usize::MAX)).await;
    let (reply, peer) = attempt(&host, &options(), &[1, 2, 3]).await.unwrap();
    assert_eq!((reply.hresult, &reply.message[..]), (HResult::OK, &[3, 2, 1][..]));
    assert_eq!(peer.port(), host.port());
}

#[tokio::test]
async fn several_calls_go_over_one_connection() {
    let manners = Manners { max_frag: 64, ..Manners::default() };
    let host = host(move |stream| serve(stream, manners, usize::MAX)).await;
    let mut connection = Connection::open(&host, &options()).await.unwrap();
    assert!(connection.agreement().ndr64.is_some());
    let long: Vec<u8> = (0..=u8::MAX).cycle().take(6_000).collect();
    for (id, message) in [(2, &[7_u8; 260][..]), (3, &long), (4, &[5])] {
        let reply = connection.call(message).await.unwrap();
        assert_eq!(reply.call_id, CallId(id));
        assert_eq!(reply.message, message.iter().rev().copied().collect::<Vec<_>>());
    }
    let refused = connection.call(&[]).await.unwrap();
    assert_eq!(refused.hresult, HResult::INVALID_TIMESTAMP);
    assert!(refused.message.is_empty());
    connection.close().await;
}

#[tokio::test]
async fn a_name_is_resolved() {
    let (listener, host) = listen().await;
    let named: KmsHost = format!("localhost:{}", host.port()).parse().unwrap();
    tokio::spawn(async move {
        serve(listener.accept().await.unwrap().0, Manners::default(), usize::MAX).await;
    });
    assert!(attempt(&named, &options(), &[1]).await.is_ok());
}

#[tokio::test]
async fn a_port_nobody_listens_on_refuses() {
    let (listener, host) = listen().await;
    drop(listener);
    let error = attempt(&host, &options(), &[1]).await.unwrap_err();
    assert_eq!(error.stage, Stage::Connect);
    assert_eq!(error.cause, Cause::System(ErrorKind::ConnectionRefused));
    assert_eq!(trouble(&error), Some(Trouble::Connect));
    let text = format!("{host} refused the connection: does a host listen on that port?");
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_host_that_never_answers_runs_out_of_time() {
    for (answers_bind, stage) in [(false, Stage::Bind), (true, Stage::Call)] {
        let host = host(move |mut stream| async move {
            if answers_bind {
                let mut fake = FakeHost::new(Manners { ndr64: false, ..Manners::default() });
                let mut bytes = [0; 160];
                stream.read_exact(&mut bytes).await.unwrap();
                stream.write_all(&fake.feed(&bytes)).await.unwrap();
            }
            // Reads and says nothing, until the client leaves.
            while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {}
        })
        .await;
        let error = attempt(&host, &impatient(), &[1]).await.unwrap_err();
        assert_eq!((error.stage, &error.cause), (stage, &Cause::TimedOut));
        assert_eq!(trouble(&error), Some(Trouble::Timeout));
    }
}

#[tokio::test]
async fn a_host_that_closes_is_told() {
    let closes = host(|stream| async move { drop(stream) }).await;
    let error = attempt(&closes, &options(), &[1]).await.unwrap_err();
    assert_eq!(error.stage, Stage::Bind);
    assert_eq!(trouble(&error), Some(Trouble::Closed));

    let host = host(|stream| serve(stream, Manners::default(), 1)).await;
    let mut connection = Connection::open(&host, &options()).await.unwrap();
    assert!(connection.call(&[1]).await.is_ok());
    let error = connection.call(&[2]).await.unwrap_err();
    assert_eq!(error.stage, Stage::Call);
    assert_eq!(trouble(&error), Some(Trouble::Closed));
    let error = connection.call(&[3]).await.unwrap_err();
    assert_eq!(error.cause, Cause::NotNow(NotNow::Over), "what is broken stays broken");
}

#[tokio::test]
async fn a_fault_ends_the_call_and_not_the_connection() {
    let host = host(|mut stream| async move {
        let mut fake = FakeHost::new(Manners { ndr64: false, ..Manners::default() });
        let mut bytes = [0; 1024];
        for exchange in 0..3 {
            let length = stream.read(&mut bytes).await.unwrap();
            let mut back = fake.feed(&bytes[..length]);
            if exchange == 1 {
                back = Pdu::new(2, Body::Fault(Fault::new(0, FaultStatus::TOO_BUSY))).to_bytes();
            }
            stream.write_all(&back).await.unwrap();
        }
    })
    .await;
    let mut connection = Connection::open(&host, &options()).await.unwrap();
    let error = connection.call(&[1]).await.unwrap_err();
    assert_eq!(trouble(&error), Some(Trouble::Fault(FaultStatus::TOO_BUSY.0)));
    assert_eq!(connection.call(&[1, 2]).await.unwrap().message, [2, 1]);
}

#[tokio::test]
async fn a_host_that_speaks_something_else_is_told_at_once() {
    let host = host(|mut stream| async move {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await.unwrap();
        while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {}
    })
    .await;
    let error = attempt(&host, &options(), &[1]).await.unwrap_err();
    assert_eq!(error.stage, Stage::Bind);
    assert_eq!(trouble(&error), Some(Trouble::Protocol));
    assert!(error.to_string().contains("the host sent no RPC"), "{error}");
}
