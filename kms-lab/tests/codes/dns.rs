//! The codes of DNS: each look-up and each update over real sockets.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::machine::Machine;
use client_sim::net::dns::update;
use client_sim::no_name::NoName;
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use kms_lab::attempt::{How, without_host};
use kms_lab::finding::Seeker;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::name::domain;
use kms_proto::dns::update::{Update, absent, add};
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_sim::dns::guard::{Keys, Ownership, Updates};
use kms_sim::dns::publish::{Publication, result};
use kms_sim::dns::zone::answered::{Answered, Transport};
use kms_sim::dns::zone::{Zone, ZoneConfig};
use kms_sim::fault::kind::dns::DnsKind;
use kms_sim::net::dns::{Around, DnsServer, SharedZone};
use tokio::net::UdpSocket;

use crate::NOW;

const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A server whose clock stands still, whose answers are bent so, and which nobody watches.
struct Still(Vec<DnsKind>);

impl Around for Still {
    fn now(&self) -> FileTime {
        NOW.filetime()
    }

    fn bends(&self, _: IpAddr) -> Vec<DnsKind> {
        self.0.clone()
    }

    fn answered(&self, _: SocketAddr, _: Transport, _: &Answered) {}
}

fn name(text: &str) -> Name {
    domain(text).unwrap()
}

fn serve(realm: Option<Realm>, bends: Vec<DnsKind>) -> DnsServer {
    let keys = Keys { realm, given: Vec::new() };
    let (updates, ownership) = (Updates::Signed, Ownership::First);
    let (origin, server) = (name("lab.example"), name("ns.lab.example"));
    let zone = Zone::new(ZoneConfig { origin, server, updates, ownership, keys });
    DnsServer::start(&SharedZone::new(zone, Box::new(Still(bends))), ANY).unwrap()
}

/// Every code of DNS that comes about, each checked to be the one it should be.
pub(crate) async fn produced() -> BTreeSet<HResult> {
    let mut produced = BTreeSet::new();
    let mut came = |expected: u32, found: HResult| {
        assert_eq!(found, HResult(expected));
        produced.insert(found);
    };
    let realm = || Some(Realm::default());
    let (plain, empty) = (serve(realm(), vec![]), serve(realm(), vec![DnsKind::Empty {}]));
    let failing = serve(realm(), vec![DnsKind::Servfail {}]);
    came(0x8007_232B, look_up(&[plain.addr()], "lab.example").await);
    came(0x8009_2328, look_up_as(NoName::Security, &[plain.addr()], "lab.example").await);
    came(0x8007_251D, look_up(&[empty.addr()], "lab.example").await);
    came(0x8007_232A, look_up(&[failing.addr()], "lab.example").await);
    came(0x8007_232D, look_up(&[plain.addr()], "other.example").await);
    came(0x8007_007B, look_up(&[plain.addr()], "").await);
    came(0x8007_267C, look_up(&[], "lab.example").await);
    for (code, bytes) in [
        // FORMERR and NOTIMP, with nothing but a header, and something that is no DNS.
        (0x8007_2329, &[0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0][..]),
        (0x8007_232C, &[0x80, 4, 0, 0, 0, 0, 0, 0, 0, 0]),
        (0x8007_251E, &[0x80, 0, 0, 9, 0, 0, 0, 0, 0, 0]),
    ] {
        came(code, look_up(&[parrot(bytes).await], "lab.example").await);
    }
    let nobody = UdpSocket::bind(ANY).await.unwrap().local_addr().unwrap();
    came(0x8007_232A, look_up(&[nobody], "lab.example").await);

    let keyless = serve(None, vec![]);
    let publish = async |server: &DnsServer, host: &str, place: &str, clock: &str| {
        let publication =
            Publication { place: place.parse().unwrap(), host: name(host), port: 1688 };
        let key = TsigKey::of_realm(&Realm::default(), &name(host));
        let sent = publication.send(7, Some(&key), reads(clock)).unwrap();
        let reply = update(server.addr(), &sent, Duration::from_secs(5)).await;
        result(true, reply.unwrap().result.err())
    };
    came(0, publish(&plain, "kms01.lab.example", "lab.example", "0").await);
    came(0x8007_2338, publish(&plain, "kms02.lab.example", "lab.example", "0").await);
    came(0x8007_2331, publish(&plain, "kms01.lab.example", "other.example", "0").await);
    came(0x8007_2339, publish(&keyless, "kms01.lab.example", "lab.example", "0").await);
    came(0x8007_233A, publish(&plain, "kms01.lab.example", "lab.example", "+301s").await);

    let ns = "ns.lab.example";
    let exists = |text: &str, kind: RecordType, class: DNSClass| {
        let mut record = Record::update0(name(text), 0, kind);
        record.dns_class = class;
        record
    };
    for (code, prerequisite, of) in [
        (0x8007_2332, None, "pc.other.example"),
        (0x8007_232E, Some(exists("lab.example", RecordType::ANY, DNSClass::NONE)), ns),
        (0x8007_232F, Some(absent(&name("lab.example"), RecordType::SOA)), ns),
        (0x8007_2330, Some(exists("lab.example", RecordType::TXT, DNSClass::ANY)), ns),
    ] {
        let changes = vec![add(&name(of), 60, RData::A(A::new(198, 18, 0, 1)))];
        let prerequisites = prerequisite.into_iter().collect();
        let key = TsigKey::of_realm(&Realm::default(), &name(ns));
        let sent = Update { zone: name("lab.example"), prerequisites, changes }
            .send(7, Some((&key, NOW.filetime())));
        let reply = update(plain.addr(), &sent, Duration::from_secs(5)).await.unwrap();
        came(code, result(true, reply.result.err()));
    }
    for server in [plain, empty, failing, keyless] {
        server.shutdown().await;
    }
    produced
}

fn reads(clock: &str) -> FileTime {
    Clock::new(clock.parse().unwrap(), NOW, Draw::new(1), "host").peek(NOW).filetime
}

/// What an attempt of a machine with this suffix comes to that finds no host; slmgr shows it.
async fn look_up(servers: &[SocketAddr], suffix: &str) -> HResult {
    look_up_as(NoName::NameError, servers, suffix).await
}

/// The same on a Windows that calls a name which is not there so.
async fn look_up_as(no_name: NoName, servers: &[SocketAddr], suffix: &str) -> HResult {
    let (draw, limit) = (Draw::new(1), Duration::from_secs(5));
    let seeker = Seeker { servers, suffix, name: "CODES", draw, limit };
    let failure = seeker.hosts().await.unwrap_err();
    let name = MachineName::new("CODES").unwrap();
    let mut machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
    let mut clock = Clock::new("0".parse().unwrap(), NOW, draw, "CODES");
    machine.no_name = no_name;
    let done = without_host(&mut machine, (&mut clock, NOW), failure, &How::default());
    assert_eq!(done.outcome.shown, done.outcome.code);
    assert!(done.outcome.events.is_empty(), "no request was sent");
    done.outcome.code
}

/// Somebody who answers every datagram with its id and these bytes.
async fn parrot(bytes: &[u8]) -> SocketAddr {
    let socket = UdpSocket::bind(ANY).await.unwrap();
    let (addr, bytes) = (socket.local_addr().unwrap(), bytes.to_vec());
    tokio::spawn(async move {
        let mut asked = [0; 1500];
        while let Ok((_, peer)) = socket.recv_from(&mut asked).await {
            let answer = [&asked[..2], &bytes].concat();
            let _ = socket.send_to(&answer, peer).await;
        }
    });
    addr
}
