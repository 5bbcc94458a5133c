//! Requests as they travel, and hosts that answer them.

use bytes::BytesMut;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Seal;
use kms_proto::time::FileTime;
use kms_sim::call::Call;
use kms_sim::exchange::Exchange;
use kms_sim::host::Host;

/// The IV under which [`sealed`] seals.
pub(crate) const IV: [u8; 16] = [0x5a; 16];

/// The bytes of a request under the seal of `realm`.
pub(crate) fn sealed(realm: &Realm, request: &Request) -> Vec<u8> {
    let mut message = BytesMut::new();
    Seal::for_realm(realm).seal_request(request, IV, &mut message);
    message.to_vec()
}

/// Hands `message` to the host as call `number` of connection 1, and returns its answer's bytes.
pub(crate) fn ask(
    host: &mut Host,
    message: &[u8],
    number: u64,
    now: FileTime,
) -> (Exchange, BytesMut) {
    let mut reply = BytesMut::new();
    let call = Call { connection: 1, message: number, now };
    let exchange = host.handle(&mut message.to_vec(), &call, &mut reply);
    (exchange, reply)
}
