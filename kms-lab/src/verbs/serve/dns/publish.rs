//! The host publishes itself, as long as it serves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use client_sim::net::dns::update;
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::draw::Draw;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::realm::Realm;
use kms_sim::dns::publish::{EVERY, Publication, result};
use kms_sim::net::shared::Shared;
use serde::Serialize;

use super::DnsArgs;
use crate::finding::id;
use crate::recorder::Recorder;

/// How long a publication may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Publishes the host at once and once a day, stamped by its own clock, until it is dropped.
pub(in super::super) async fn publish(
    args: &DnsArgs,
    (realm, seed): (&Realm, u64),
    rpc: SocketAddr,
    (shared, recorder): (&Arc<Shared>, &Recorder),
    own: Option<SocketAddr>,
) {
    let (Some(server), Some(host)) = (args.dns_update.or(own), args.host()) else {
        return std::future::pending().await;
    };
    let key = args.tsig.key(realm, &host);
    // A domain of its own is another zone: the server refuses what is none of its.
    for round in 0.. {
        for (number, place) in (0..).zip(args.domains()) {
            let publication = Publication { place, host: host.clone(), port: rpc.port() };
            let number = id(Draw::new(seed), "host", round << 16 | number);
            one(&publication, key.as_ref(), number, server, (shared, recorder)).await;
        }
        tokio::time::sleep(Duration::from_nanos(EVERY.0.unsigned_abs())).await;
    }
}

async fn one(
    publication: &Publication,
    key: Option<&TsigKey>,
    number: u16,
    server: SocketAddr,
    (shared, recorder): (&Arc<Shared>, &Recorder),
) {
    if !shared.host().config().dns_publishing {
        return;
    }
    let now = shared.now();
    let failure = match publication.send(number, key, now) {
        None => Some(DnsFailure::InvalidName),
        Some(sent) => match update(server, &sent, PATIENCE).await {
            Ok(reply) => reply.result.err(),
            Err(failure) => Some(failure),
        },
    };
    let result = result(key.is_some(), failure);
    let domain = publication.domain();
    shared.host().dns_published(&domain, result, shared.now());
    let failure = failure.map(|failure| failure.to_string());
    recorder.write("publish", &Published { domain, server, result, failure });
}

/// What came of publishing.
#[derive(Serialize)]
struct Published {
    domain: String,
    server: SocketAddr,
    result: HResult,
    failure: Option<String>,
}
