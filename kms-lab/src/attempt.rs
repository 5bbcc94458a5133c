//! One attempt of a machine to activate, over TCP.

use std::net::SocketAddr;
use std::time::Duration;

use client_sim::activation::fold::FoldProfile;
use client_sim::activation::trouble::Trouble;
use client_sim::activation::{Answer, Attempt, FailedCheck, Outcome};
use client_sim::clock::Clock;
use client_sim::clock::reading::Reading;
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use client_sim::net;
use client_sim::net::connection::Reply;
use client_sim::net::options::Options;
use client_sim::session::config::SessionConfig;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::draw::Draw;
use kms_proto::kms::check::{Asked, verify_answer};
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
    /// Where and why there was no reply, when there was none.
    pub detail: Option<String>,
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
    attempt_at(machine, (clock, at), (server, &[]), how, ordinal).await
}

/// The same with a host whose addresses are known.
pub async fn attempt_at(
    machine: &mut Machine,
    (clock, at): (&mut Clock, Moment),
    (server, addresses): (&KmsHost, &[SocketAddr]),
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

    let options = Options { timeout: how.timeout, session: how.session, ..Options::default() };
    let (address, answer, detail) =
        match net::attempt_at(server, addresses, &options, &message).await {
            Ok((reply, peer)) => {
                let answer = judged(&mut seal, &Asked { request, iv }, &reply);
                (Some(peer.ip()), answer, None)
            }
            Err(error) => (None, Answer::from(&error), Some(error.to_string())),
        };
    let attempt = Attempt { request: &request, server, address };
    let outcome = machine.conclude(attempt, answer, reading.wall, how.fold);
    Attempted { request, reading, outcome, detail }
}

/// An attempt that ends where it begins, since DNS names no host in the domain asked for.
pub fn without_host(
    machine: &mut Machine,
    (clock, at): (&mut Clock, Moment),
    failure: DnsFailure,
    how: &How,
) -> Attempted {
    let reading = clock.read(at);
    let request = machine.request(how.version, reading.filetime);
    let (nobody, address) = (KmsHost::nobody(), None);
    let attempt = Attempt { request: &request, server: &nobody, address };
    let answer = Answer::Trouble(Trouble::Dns(failure));
    let outcome = machine.conclude(attempt, answer, reading.wall, how.fold);
    Attempted { request, reading, outcome, detail: Some(failure.to_string()) }
}

/// What a reply comes to: a refusal, or an answer that every named check is made on.
fn judged(seal: &mut Seal, asked: &Asked, reply: &Reply) -> Answer {
    if !reply.hresult.is_ok() {
        return Answer::Refused(reply.hresult);
    }
    let answer = verify_answer(seal, asked, &reply.message);
    match answer.verified() {
        Ok(response) => Answer::Granted(*response),
        Err(_) => Answer::Failed(answer.failures.iter().map(FailedCheck::from).collect()),
    }
}
