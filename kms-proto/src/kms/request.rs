//! The request base: what a machine tells the host, 236 bytes.

use uuid::Uuid;

use crate::guid::{self, guid};
use crate::kms::license_status::LicenseStatus;
use crate::kms::machine_name::MachineName;
use crate::kms::version::Version;
use crate::time::FileTime;
use crate::wire::{Order, Parsed, Wire, field, u32, u64};
use crate::write::Writer;

/// Bytes of a request base.
pub const SIZE: usize = 236;

/// The fields of a request, as Microsoft's *Volume Activation 2.0 Operations Guide* lists them
/// (appendix "KMS RPC Messages").
///
/// ```text
/// 0         4         8         12        16       32       48       64     80        84
/// │ version │ VM info │ status  │ minutes │ app id │ act id │ kms id │ CMID │ N       │
/// 84            92               108                                           236
/// │ client time │ previous CMID  │ machine name, 64 UTF-16 units               │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The version again, under the seal.
    pub version: Version,
    /// 0 bare metal, 1 virtual machine; other values are data.
    pub vm_info: u32,
    /// The state the machine is in.
    pub license_status: LicenseStatus,
    /// Minutes left in that state.
    pub binding_expiration: u32,
    /// The application: Windows or Office; one client list each.
    pub application_id: Uuid,
    /// The edition, informational.
    pub activation_id: Uuid,
    /// The product group, what the host decides on.
    pub kms_counted_id: Uuid,
    /// The client machine id.
    pub cmid: Uuid,
    /// How many clients the product needs to see on the host.
    pub n_policy: u32,
    /// What the machine believes the time to be.
    pub client_time: FileTime,
    /// The client machine id before this one; nil if none.
    pub previous_cmid: Uuid,
    /// The machine's name.
    pub machine_name: MachineName,
}

impl Wire<'_> for Request {
    fn parse(input: &[u8], _: Order) -> Parsed<'_, Self> {
        const LE: Order = Order::Little;
        let (input, version) = Version::parse(input, LE)?;
        let (input, vm_info) = field("vm_info", u32(LE))(input)?;
        let (input, license_status) = field("license_status", u32(LE))(input)?;
        let (input, binding_expiration) = field("binding_expiration", u32(LE))(input)?;
        let (input, application_id) = field("application_id", guid(LE))(input)?;
        let (input, activation_id) = field("activation_id", guid(LE))(input)?;
        let (input, kms_counted_id) = field("kms_counted_id", guid(LE))(input)?;
        let (input, cmid) = field("cmid", guid(LE))(input)?;
        let (input, n_policy) = field("n_policy", u32(LE))(input)?;
        let (input, client_time) = field("client_time", u64(LE))(input)?;
        let (input, previous_cmid) = field("previous_cmid", guid(LE))(input)?;
        let (input, machine_name) = field("machine_name", MachineName::parse)(input)?;

        let request = Self {
            version,
            vm_info,
            license_status: LicenseStatus(license_status),
            binding_expiration,
            application_id,
            activation_id,
            kms_counted_id,
            cmid,
            n_policy,
            client_time: FileTime(client_time),
            previous_cmid,
            machine_name,
        };
        Ok((input, request))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        self.version.emit(out);
        out.u32("vm_info", self.vm_info);
        out.u32("license_status", self.license_status.0);
        out.u32("binding_expiration", self.binding_expiration);
        guid::put(out, "application_id", self.application_id);
        guid::put(out, "activation_id", self.activation_id);
        guid::put(out, "kms_counted_id", self.kms_counted_id);
        guid::put(out, "cmid", self.cmid);
        out.u32("n_policy", self.n_policy);
        out.u64("client_time", self.client_time.0);
        guid::put(out, "previous_cmid", self.previous_cmid);
        self.machine_name.emit(out);
    }
}
