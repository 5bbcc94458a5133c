//! The window to the tick, over real TCP: every version, every transfer syntax, both edges.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may")]

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use client_sim::clock::Clock;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::session::config::{Offer, SessionConfig};
use kms_lab::attempt::{How, attempt};
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::Moment;
use kms_proto::time::window::{Compare, Window};
use kms_proto::windows::identity::Edition;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;
use kms_sim::ledger::Ledger;
use kms_sim::net::observer::Nobody;
use kms_sim::net::options::Options;
use kms_sim::net::server::Server;
use kms_sim::net::shared::Shared;

/// 2026-01-01T00:00:00Z, a whole second: the host's clock stands still here.
const NOW: Moment = Moment(1_767_225_600_000_000_000);

const VERSIONS: [Version; 3] = [Version::V4, Version::V5, Version::V6];
const OFFERS: [Offer; 3] = [Offer::Ndr32, Offer::Ndr64, Offer::Both];

/// A host whose clock stands still, on a socket.
struct Frozen {
    shared: std::sync::Arc<Shared>,
    server: Server,
    ordinal: u64,
}

impl Frozen {
    fn start(config: HostConfig, at: SocketAddr) -> Self {
        let now = Box::new(|| NOW.filetime());
        let shared = Shared::new(Host::new(config), now, Box::new(Nobody), Options::default());
        let server = Server::start(&shared, &[at]).unwrap();
        Self { shared, server, ordinal: 0 }
    }

    /// What a machine whose clock is off by `clock` comes to.
    async fn result(&mut self, clock: &str, version: Version, offer: Offer) -> HResult {
        let name = MachineName::new("EDGE").unwrap();
        let mut machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
        let mut clock = Clock::new(clock.parse().unwrap(), NOW, Draw::new(1), "EDGE");
        let host: KmsHost = self.server.addrs()[0].to_string().parse().unwrap();
        let session = SessionConfig { offer, ..SessionConfig::default() };
        let how = How { version, session, ..How::default() };
        self.ordinal += 1;
        attempt(&mut machine, &mut clock, NOW, &host, &how, self.ordinal).await.outcome.code
    }

    async fn stop(self) -> Ledger {
        self.server.shutdown(Duration::from_secs(5)).await;
        *self.shared.host().ledger()
    }
}

fn v4() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

#[tokio::test]
async fn exactly_the_window_is_accepted_and_one_tick_more_is_refused() {
    let mut host = Frozen::start(HostConfig::default(), v4());
    let (mut granted, mut refused) = (0, 0);
    for version in VERSIONS {
        for offer in OFFERS {
            for (clock, expected) in [
                ("+4h", HResult::OK),
                ("-4h", HResult::OK),
                ("+4h100ns", HResult::INVALID_TIMESTAMP),
                ("-4h100ns", HResult::INVALID_TIMESTAMP),
            ] {
                let found = host.result(clock, version, offer).await;
                assert_eq!(found, expected, "{clock} in version {version} by {offer:?}");
                if expected.is_ok() { granted += 1 } else { refused += 1 }
            }
        }
    }
    let ledger = host.stop().await;
    assert_eq!((ledger.granted, ledger.failed), (granted, refused));
    assert_eq!(ledger.total, granted + refused);
}

#[tokio::test]
async fn a_two_sided_window_has_two_edges() {
    let window: Window = "-30m..+1d".parse().unwrap();
    let mut host = Frozen::start(HostConfig { window, ..HostConfig::default() }, v4());
    for (clock, expected) in [
        ("-30m", HResult::OK),
        ("-30m100ns", HResult::INVALID_TIMESTAMP),
        ("+1d", HResult::OK),
        ("+1d100ns", HResult::INVALID_TIMESTAMP),
    ] {
        assert_eq!(host.result(clock, Version::V6, Offer::Both).await, expected, "{clock}");
    }
    host.stop().await;
}

#[tokio::test]
async fn whole_seconds_are_compared_where_that_is_asked_for() {
    let config = HostConfig { compare: Compare::Seconds, ..HostConfig::default() };
    let mut host = Frozen::start(config, v4());
    for (clock, expected) in [
        ("+4h999ms", HResult::OK),
        ("+4h1s", HResult::INVALID_TIMESTAMP),
        ("-4h", HResult::OK),
        ("-4h1ms", HResult::INVALID_TIMESTAMP),
    ] {
        assert_eq!(host.result(clock, Version::V6, Offer::Both).await, expected, "{clock}");
    }
    host.stop().await;
}

#[tokio::test]
async fn any_value_of_64_bits_is_judged_and_only_off_takes_it() {
    let corners = ["0x0", "0x1", "0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff"];
    for (window, expected) in
        [(Window::default(), HResult::INVALID_TIMESTAMP), (Window::Off, HResult::OK)]
    {
        let mut host = Frozen::start(HostConfig { window, ..HostConfig::default() }, v4());
        for raw in corners {
            for version in VERSIONS {
                let clock = format!("0 filetime:{raw}");
                let found = host.result(&clock, version, Offer::Both).await;
                assert_eq!(found, expected, "{raw} in version {version}, window {window}");
            }
        }
        host.stop().await;
    }
}

#[tokio::test]
async fn ipv6_is_served_alike() {
    let mut host = Frozen::start(HostConfig::default(), (Ipv6Addr::LOCALHOST, 0).into());
    assert_eq!(host.result("+4h", Version::V6, Offer::Both).await, HResult::OK);
    let refused = host.result("+4h100ns", Version::V6, Offer::Both).await;
    assert_eq!(refused, HResult::INVALID_TIMESTAMP);
    host.stop().await;
}

#[tokio::test]
async fn another_realm_is_foreign_and_refused() {
    let realm: Realm = "another".parse().unwrap();
    let config = HostConfig { realm, window: Window::Off, ..HostConfig::default() };
    let mut host = Frozen::start(config, v4());
    for version in VERSIONS {
        let found = host.result("0", version, Offer::Both).await;
        assert_eq!(found, HResult::INVALID_DATA, "version {version}");
    }
    let ledger = host.stop().await;
    assert_eq!((ledger.total, ledger.failed, ledger.foreign), (3, 3, 3));
}

#[tokio::test]
async fn a_fresh_host_counts_up_to_what_a_product_needs() {
    let mut host = Frozen::start(HostConfig { count_floor: 0, ..HostConfig::default() }, v4());
    let addr: KmsHost = host.server.addrs()[0].to_string().parse().unwrap();
    for number in 1..=6_u32 {
        let name = MachineName::new(&format!("SRV{number:02}")).unwrap();
        let mut machine = Machine::new(name, Realm::default(), Edition::ServerStandard);
        let mut clock = Clock::new("0".parse().unwrap(), NOW, Draw::new(1), "SRV");
        let done = attempt(&mut machine, &mut clock, NOW, &addr, &How::default(), 1).await.outcome;
        let expected = if number < 5 { HResult::NOT_ENOUGH_COUNT } else { HResult::OK };
        assert_eq!((done.code, done.count), (expected, Some(number)), "machine {number}");
    }
    host.ordinal += 6;
    let ledger = host.stop().await;
    assert_eq!((ledger.total, ledger.failed), (6, 0), "too few clients is no failure of the host");
}
