//! One attempt of a machine to activate, over TCP.

use std::net::SocketAddr;
use std::time::Duration;

use client_sim::activation::fold::FoldProfile;
use client_sim::activation::{Answer, Attempt, Outcome};
use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::net::connect::{self, Reply};
use client_sim::session::config::SessionConfig;
use kms_proto::draw::Draw;
use kms_proto::kms::check::answer::Asked;
use kms_proto::kms::check::verify::verify_answer;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::Moment;

/// How an attempt is made.
#[derive(Clone, Debug)]
pub struct How {
    /// The protocol version spoken.
    pub version: Version,
    /// How the RPC session binds.
    pub session: SessionConfig,
    /// The seed the request's IV is drawn from.
    pub seed: u64,
    /// How long the whole attempt may take.
    pub timeout: Duration,
    /// What event 12288 carries when slmgr shows another code.
    pub fold: FoldProfile,
    /// The N to ask with, where it is not the product's own.
    pub n_policy: Option<u32>,
}

impl Default for How {
    fn default() -> Self {
        Self {
            version: Version::V6,
            session: SessionConfig::default(),
            seed: 42,
            timeout: Duration::from_secs(10),
            fold: FoldProfile::default(),
            n_policy: None,
        }
    }
}

/// An attempt and what came of it.
#[derive(Clone, Debug)]
pub struct Attempted {
    /// The request as it was sent.
    pub request: Request,
    /// The reading in it.
    pub reading: Reading,
    /// What came of it on every surface.
    pub outcome: Outcome,
}

/// Makes the attempt numbered `ordinal` (from 1) at true time `at`.
///
/// The machine's clock is read once: the request carries that reading, and so do the events.
pub async fn attempt(
    machine: &mut Machine,
    clock: &mut Clock,
    at: Moment,
    server: &KmsHost,
    how: &How,
    ordinal: u64,
) -> Attempted {
    let reading = clock.read(at);
    let mut request = machine.request(how.version, reading.filetime);
    request.n_policy = how.n_policy.unwrap_or(request.n_policy);
    let name = machine.name.to_string();
    let iv = Draw::new(how.seed).keyed(&name, "request", 0, ordinal, "iv").to_le_bytes();
    let mut seal = Seal::for_realm(&machine.realm);
    let mut message = bytes::BytesMut::new();
    seal.seal_request(&request, iv, &mut message);

    let target = (server.name(), server.port());
    let reply = connect::call(target, how.session, how.timeout, &message).await;
    let asked = Asked { request, iv };
    let (address, answer) = answer(&mut seal, &asked, reply);
    let attempt = Attempt { request: &request, server, address: address.map(|addr| addr.ip()) };
    let outcome = machine.conclude(attempt, answer, reading.wall, how.fold);
    Attempted { request, reading, outcome }
}
