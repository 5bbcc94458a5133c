//! Every code the catalogue says is produced end to end is produced here, over real TCP, and so is
//! every code it calls a state; a row that claims more fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

#[path = "codes/dns.rs"]
mod dns;
#[path = "codes/states.rs"]
mod states;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use client_sim::activation::Outcome;
use client_sim::clock::Clock;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::session::config::{Offer, SessionConfig};
use kms_lab::attempt::{How, attempt};
use kms_proto::draw::Draw;
use kms_proto::kms::catalogue::entries;
use kms_proto::kms::catalogue::entry::Simulated;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::rpc::bind_ack::{BindAck, ContextResult};
use kms_proto::rpc::bind_nak::{BindNak, RejectReason};
use kms_proto::rpc::fault::Fault;
use kms_proto::rpc::list::List8;
use kms_proto::rpc::pdu::{Body, Pdu};
use kms_proto::rpc::status::FaultStatus;
use kms_proto::time::Moment;
use kms_proto::windows::identity::Edition;
use kms_sim::config::{HostConfig, Served};
use kms_sim::host::Host;
use kms_sim::net::observer::Nobody;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;
use kms_sim::session::config::Syntaxes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// 2026-01-01T00:00:00Z: the host's clock stands still here.
const NOW: Moment = Moment(1_767_225_600_000_000_000);

/// What the machine meets.
enum Meets {
    /// A host of this kind, with its own clock off by this much from the machine's.
    Host(Box<HostConfig>, &'static str),
    /// A host that speaks one transfer syntax, while the machine offers the other.
    OtherSyntax,
    /// Nobody: the port is closed.
    Nobody,
    /// Somebody who takes the connection and stays silent.
    Silence,
    /// Somebody who closes it at once.
    Closes,
    /// Somebody who speaks another protocol.
    Ssh,
    /// An RPC server that refuses every context of the bind for this reason.
    Refuses(u16),
    /// An RPC server that takes no part of the bind, for this reason.
    Nak(u16),
    /// An RPC server that answers with this fault.
    Faults(FaultStatus),
}

fn host(config: HostConfig) -> Meets {
    Meets::Host(Box::new(config), "0")
}

/// Each code with what produces it.
fn table() -> Vec<(HResult, Meets)> {
    let plain = HostConfig::default;
    let win32 = HResult::from_win32;
    vec![
        (HResult::OK, host(plain())),
        (HResult::NOT_ENOUGH_COUNT, host(HostConfig { count_floor: 0, ..plain() })),
        (HResult::NOT_ENABLED, host(HostConfig { enabled: false, ..plain() })),
        (HResult::NOT_ACTIVATED, host(HostConfig { activated: false, ..plain() })),
        (
            HResult::ID_MISMATCH,
            host(HostConfig { served: Served::Only(BTreeSet::new()), ..plain() }),
        ),
        (HResult::INVALID_TIMESTAMP, Meets::Host(Box::default(), "+4h100ns")),
        (HResult::SERVICE_UNAVAILABLE, Meets::Nobody),
        (HResult::INVALID_DATA, host(HostConfig { realm: "other".parse().unwrap(), ..plain() })),
        (HResult::TIMEOUT, Meets::Silence),
        (HResult::RPC_SERVER_UNAVAILABLE, Meets::Nobody),
        (win32(1717), Meets::Refuses(ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED)),
        (win32(1717), Meets::Faults(FaultStatus::UNKNOWN_INTERFACE)),
        (win32(1723), Meets::Nak(RejectReason::TEMPORARY_CONGESTION.0)),
        (win32(1723), Meets::Faults(FaultStatus::TOO_BUSY)),
        (win32(1726), Meets::Closes),
        (win32(1726), Meets::Faults(FaultStatus(0x1c00_0012))),
        (win32(1727), Meets::Nak(RejectReason::NOT_SPECIFIED.0)),
        (win32(1728), Meets::Ssh),
        (win32(1728), Meets::Faults(FaultStatus::PROTOCOL)),
        (win32(1730), Meets::OtherSyntax),
        (win32(1745), Meets::Faults(FaultStatus::OP_RANGE)),
        (win32(1747), Meets::Nak(RejectReason::AUTHENTICATION_TYPE_NOT_RECOGNIZED.0)),
        (win32(1764), Meets::Faults(FaultStatus(1764))),
        (win32(1783), Meets::Faults(FaultStatus::BAD_STUB)),
        (win32(1783), Meets::Faults(FaultStatus::CONTEXT)),
    ]
}

#[tokio::test]
async fn every_code_said_to_be_produced_end_to_end_is() {
    let mut produced = BTreeSet::new();
    for (code, meets) in table() {
        let outcome = meet(meets).await;
        // What slmgr shows of a failure is a code of the attempt too.
        let found = if code == HResult::SERVICE_UNAVAILABLE { outcome.shown } else { outcome.code };
        assert_eq!(found, code);
        produced.insert(code);
    }
    produced.extend(dns::produced().await);
    assert_eq!(claimed(Simulated::EndToEnd), produced);
}

#[test]
fn every_code_said_to_be_a_state_comes_of_one() {
    assert_eq!(claimed(Simulated::State), states::produced());
}

fn claimed(simulated: Simulated) -> BTreeSet<HResult> {
    entries().filter(|entry| entry.simulated == simulated).map(|entry| entry.code).collect()
}

/// One attempt of a fresh machine.
async fn meet(meets: Meets) -> Outcome {
    let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    match meets {
        Meets::Host(config, clock) => {
            let now = Box::new(|| NOW.filetime());
            let shared = Shared::new(Host::new(*config), now, Box::new(Nobody), Options::default());
            let server = Server::start(&shared, &[any]).unwrap();
            let outcome = ask(server.addrs()[0], clock, Offer::Both).await;
            server.shutdown(Duration::from_secs(5)).await;
            outcome
        }
        Meets::OtherSyntax => {
            let mut options = Options::default();
            options.session.syntaxes = Syntaxes::Ndr32;
            let now = Box::new(|| NOW.filetime());
            let host = Host::new(HostConfig::default());
            let shared = Shared::new(host, now, Box::new(Nobody), options);
            let server = Server::start(&shared, &[any]).unwrap();
            let outcome = ask(server.addrs()[0], "0", Offer::Ndr64).await;
            server.shutdown(Duration::from_secs(5)).await;
            outcome
        }
        other => {
            let listener = TcpListener::bind(any).await.unwrap();
            let addr = listener.local_addr().unwrap();
            if matches!(other, Meets::Nobody) {
                drop(listener);
            } else {
                tokio::spawn(answer(listener, other));
            }
            ask(addr, "0", Offer::Both).await
        }
    }
}

/// Serves one connection of somebody who is no KMS host.
async fn answer(listener: TcpListener, meets: Meets) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = vec![0; 4096];
    let length = stream.read(&mut bytes).await.unwrap();
    let bind = Pdu::parse(&bytes[..length]).unwrap();
    let Body::Bind(offered) = &bind.body else { return };
    let reply = |body: Body<'_>| Pdu::new(bind.call_id, body).to_bytes().to_vec();
    let bytes = match meets {
        Meets::Closes => return,
        Meets::Ssh => b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
        Meets::Refuses(reason) => {
            let each = offered.contexts.iter().map(|_| ContextResult::refused(reason));
            let results = List8::try_from(each.collect::<Vec<_>>()).unwrap();
            let ack = BindAck {
                max_xmit_frag: 5840,
                max_recv_frag: 5840,
                assoc_group_id: 1,
                sec_addr: b"135\0",
                results,
            };
            reply(Body::BindAck(ack))
        }
        Meets::Nak(reason) => {
            let reason = RejectReason(reason);
            reply(Body::BindNak(BindNak { reason, protocols: List8::new(), rest: &[] }))
        }
        Meets::Faults(status) => reply(Body::Fault(Fault::new(0, status))),
        _ => Vec::new(),
    };
    stream.write_all(&bytes).await.unwrap();
    // Until the machine leaves.
    while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {}
}

async fn ask(addr: SocketAddr, clock: &str, offer: Offer) -> Outcome {
    let name = MachineName::new("CODES").unwrap();
    let mut machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
    let mut clock = Clock::new(clock.parse().unwrap(), NOW, Draw::new(1), "CODES");
    let host: KmsHost = addr.to_string().parse().unwrap();
    let session = SessionConfig { offer, ..SessionConfig::default() };
    let timeout = Duration::from_millis(500);
    let how = How { session, timeout, ..How::default() };
    attempt(&mut machine, &mut clock, NOW, &host, &how, 1).await.outcome
}
