//! KMS messages of each version, and the host and seal that answer them.

use bytes::BytesMut;
use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_sim::call::Call;
use kms_sim::config::{EVENT_CAPACITY, HostConfig};
use kms_sim::host::Host;

/// 2026-01-01T12:00:00Z: what both clocks read.
pub const NOON: FileTime = FileTime(134_117_424_000_000_000);

/// The IV of every request.
pub const IV: [u8; 16] = [0x5a; 16];

/// The versions measured, with their names.
pub const VERSIONS: [(&str, Version); 3] =
    [("v4", Version::V4), ("v5", Version::V5), ("v6", Version::V6)];

/// What machine `number` of a lab asks at [`NOON`].
pub fn request(version: Version, number: u32) -> Request {
    let name = MachineName::new("machine-7.lab.example");
    Request {
        version,
        vm_info: 1,
        license_status: LicenseStatus::OOB_GRACE,
        binding_expiration: 43_200,
        application_id: Uuid::from_u128(0x55c9_2734_d682_4d71_983e_d6ec_3f16_059f),
        activation_id: Uuid::from_u128(2),
        kms_counted_id: Uuid::from_u128(3),
        cmid: Uuid::from_u64_pair(4, number.into()),
        n_policy: 25,
        client_time: NOON,
        previous_cmid: Uuid::nil(),
        machine_name: name.unwrap_or(MachineName::from_units([0; 64])),
    }
}

/// The seal of the default realm.
pub fn seal() -> Seal {
    Seal::for_realm(&Realm::default())
}

/// The sealed request of machine `number`.
pub fn sealed(version: Version, number: u32) -> BytesMut {
    let mut message = BytesMut::new();
    seal().seal_request(&request(version, number), IV, &mut message);
    message
}

/// A host in its steady state: its list is full of machines 0 to [`LISTED`], and its event log so
/// full that an entry leaves for each new one.
pub fn settled_host() -> Host {
    let mut host = Host::new(HostConfig::default());
    let mut reply = BytesMut::new();
    let mut ask = |mut message: BytesMut| {
        reply.clear();
        host.handle(&mut message, &Call { connection: 0, message: 0, now: NOON }, &mut reply);
    };
    let once = sealed(Version::V5, 0);
    for _ in 0..EVENT_CAPACITY {
        ask(once.clone());
    }
    for number in 0..LISTED {
        ask(sealed(Version::V6, number));
    }
    host
}

/// Machines a list holds whose requests have an N policy of 25.
pub const LISTED: u32 = 50;

/// A host's sealed answer to the request of machine 0.
pub fn answer(version: Version) -> BytesMut {
    let mut reply = BytesMut::new();
    let call = Call { connection: 1, message: 1, now: NOON };
    Host::new(HostConfig::default()).handle(&mut sealed(version, 0), &call, &mut reply);
    reply
}

/// What a default host grants machine 0.
pub fn response(version: Version) -> Response {
    let request = request(version, 0);
    let config = HostConfig::default();
    Response {
        version,
        pid: config.pid,
        cmid: request.cmid,
        client_time: request.client_time,
        count: config.count_floor,
        activation_interval: config.activation_interval,
        renewal_interval: config.renewal_interval,
    }
}
