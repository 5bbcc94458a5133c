//! The response base: what a host grants, 44 bytes and its extended PID.

use uuid::Uuid;

use crate::error::{Reason, Stop};
use crate::guid::{self, guid};
use crate::kms::pid::Pid;
use crate::kms::version::Version;
use crate::time::FileTime;
use crate::wire::{Order, Parsed, Wire, field, u32, u64};
use crate::write::Writer;

/// Bytes of a response base without its PID.
pub const FIXED: usize = 44;

/// The fields of a granted answer.
///
/// The client's own time comes back; the host's never travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The request's version.
    pub version: Version,
    /// The host's extended product id.
    pub pid: Pid,
    /// The request's client machine id.
    pub cmid: Uuid,
    /// The request's client time.
    pub client_time: FileTime,
    /// How many machines the host counts.
    pub count: u32,
    /// Minutes between attempts before activation.
    pub activation_interval: u32,
    /// Minutes between renewals after it.
    pub renewal_interval: u32,
}

impl Response {
    /// Bytes on the wire.
    pub fn size(&self) -> usize {
        FIXED + usize::try_from(self.pid.size()).unwrap_or(0)
    }
}

impl Wire<'_> for Response {
    fn parse(input: &[u8], _: Order) -> Parsed<'_, Self> {
        const LE: Order = Order::Little;
        let (at, version) = Version::parse(input, LE)?;
        let (input, pid_size) = field("pid_size", u32(LE))(at)?;
        if Pid::legal_size(pid_size).is_none() {
            return Err(Stop::at("pid_size", at, Reason::Value(pid_size.into())));
        }
        let (input, pid) = Pid::parse(input, pid_size)?;
        let (input, cmid) = field("cmid", guid(LE))(input)?;
        let (input, client_time) = field("client_time", u64(LE))(input)?;
        let (input, count) = field("count", u32(LE))(input)?;
        let (input, activation_interval) = field("activation_interval", u32(LE))(input)?;
        let (input, renewal_interval) = field("renewal_interval", u32(LE))(input)?;

        let client_time = FileTime(client_time);
        let response =
            Self { version, pid, cmid, client_time, count, activation_interval, renewal_interval };
        Ok((input, response))
    }

    fn emit(&self, out: &mut Writer<'_>) {
        self.version.emit(out);
        out.u32("pid_size", self.pid.size());
        self.pid.emit(out);
        guid::put(out, "cmid", self.cmid);
        out.u64("client_time", self.client_time.0);
        out.u32("count", self.count);
        out.u32("activation_interval", self.activation_interval);
        out.u32("renewal_interval", self.renewal_interval);
    }
}
