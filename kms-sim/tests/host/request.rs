//! A request that nothing is wrong with.

use kms_proto::guid::Uuid;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::request::Request;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;

/// 2026-01-01T12:00:00Z.
pub(crate) const NOON: FileTime = FileTime(134_117_424_000_000_000);

/// The application id that Microsoft documents for Windows.
pub(crate) const WINDOWS: Uuid = Uuid::from_u128(0x55c9_2734_d682_4d71_983e_d6ec_3f16_059f);

/// What a machine named `pc-7` sends at `client_time`.
pub(crate) fn request(client_time: FileTime) -> Request {
    Request {
        version: Version::V6,
        vm_info: 1,
        license_status: LicenseStatus::OOB_GRACE,
        binding_expiration: 43_200,
        application_id: WINDOWS,
        activation_id: Uuid::from_u128(2),
        kms_counted_id: Uuid::from_u128(3),
        cmid: Uuid::from_u128(4),
        n_policy: 25,
        client_time,
        previous_cmid: Uuid::nil(),
        machine_name: MachineName::new("pc-7").unwrap(),
    }
}
