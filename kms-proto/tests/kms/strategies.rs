//! Arbitrary values of the message's types.

use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::{MachineName, UNITS};
use kms_proto::kms::pid::Pid;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use proptest::prelude::*;

/// 4.0, 5.0 or 6.0.
pub(crate) fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V4), Just(Version::V5), Just(Version::V6)]
}

pub(crate) fn guid() -> impl Strategy<Value = Uuid> {
    any::<[u8; 16]>().prop_map(Uuid::from_bytes)
}

pub(crate) fn machine_name() -> impl Strategy<Value = MachineName> {
    prop_oneof![
        "[a-z0-9-]{0,63}".prop_map(|name| MachineName::new(&name).unwrap_or(EMPTY)),
        proptest::collection::vec(any::<u16>(), UNITS)
            .prop_map(|units| { MachineName::from_units(units.try_into().unwrap_or([0; UNITS])) }),
    ]
}

const EMPTY: MachineName = MachineName::from_units([0; UNITS]);

/// A PID from raw units, as only the wire can hold it.
pub(crate) fn pid() -> impl Strategy<Value = Pid> {
    proptest::collection::vec(1..=u16::MAX, 0..=63).prop_map(|units| {
        let bytes: Vec<u8> = units.iter().chain([&0]).flat_map(|unit| unit.to_le_bytes()).collect();
        let size = u32::try_from(bytes.len()).unwrap_or(0);
        Pid::parse(&bytes, size)
            .map(|(_, pid)| pid)
            .expect("1 to 64 units of which the last is NUL")
    })
}

pub(crate) fn request() -> impl Strategy<Value = Request> {
    (
        version(),
        any::<(u32, u32, u32, u32, u64)>(),
        (guid(), guid(), guid(), guid(), guid()),
        machine_name(),
    )
        .prop_map(|(version, numbers, ids, machine_name)| Request {
            version,
            vm_info: numbers.0,
            license_status: LicenseStatus(numbers.1),
            binding_expiration: numbers.2,
            application_id: ids.0,
            activation_id: ids.1,
            kms_counted_id: ids.2,
            cmid: ids.3,
            n_policy: numbers.3,
            client_time: FileTime(numbers.4),
            previous_cmid: ids.4,
            machine_name,
        })
}

pub(crate) fn response() -> impl Strategy<Value = Response> {
    (version(), pid(), guid(), any::<(u64, u32, u32, u32)>()).prop_map(
        |(version, pid, cmid, numbers)| Response {
            version,
            pid,
            cmid,
            client_time: FileTime(numbers.0),
            count: numbers.1,
            activation_interval: numbers.2,
            renewal_interval: numbers.3,
        },
    )
}

/// A request, and a granted answer to it.
pub(crate) fn exchange() -> impl Strategy<Value = (Request, Response)> {
    (request(), response()).prop_map(|(request, response)| {
        let echoed = Response {
            version: request.version,
            cmid: request.cmid,
            client_time: request.client_time,
            ..response
        };
        (request, echoed)
    })
}
