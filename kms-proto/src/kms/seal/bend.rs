//! Answers of which one thing is wrong on purpose.

use crate::kms::version::Version;

/// The one thing that is wrong. What the seal computes after it is computed over the bent value, so
/// that a client meets one failing check and no others.
///
/// What is bent by putting another value into the [`Response`](crate::kms::response::Response) (a
/// CMID, a time, a count) is not here. A bend that a version has no place for bends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bend {
    /// The answer's version, outside and inside.
    Version(Version),
    /// The version inside alone; versions 5 and 6.
    InnerVersion(Version),
    /// The response IV: another one in version 5, the request's in version 6.
    Iv,
    /// The last byte of the padding; versions 5 and 6.
    Padding,
    /// The size stated for the extended PID.
    PidSize(u32),
    /// The NUL that ends the extended PID is no NUL.
    PidEnd,
    /// This many bytes more than the fields take.
    Surplus(u8),
    /// The MAC; version 4.
    Mac,
    /// The hash; versions 5 and 6.
    Hash,
    /// The salt under the hash, as it travels; versions 5 and 6.
    RandomXoredIvs,
    /// The echo of the request's opened IV; version 6.
    XoredIvs,
    /// The keyed MAC; version 6.
    Hmac,
}

impl Bend {
    /// The version to write outside an answer of `version`.
    pub(crate) const fn outer(bend: Option<Self>, version: Version) -> Version {
        match bend {
            Some(Self::Version(other)) => other,
            _ => version,
        }
    }

    /// Applies what is bent in the bytes of a base, its PID's bytes being `pid_size`.
    pub(crate) fn base(bend: Option<Self>, base: &mut [u8], pid_size: usize) {
        let (at, bytes) = match bend {
            Some(Self::Version(v) | Self::InnerVersion(v)) => {
                (0, (u32::from(v.major) << 16 | u32::from(v.minor)).to_le_bytes())
            }
            Some(Self::PidSize(size)) => (4, size.to_le_bytes()),
            Some(Self::PidEnd) => {
                // The last unit of the PID, which starts at 8.
                if let Some(byte) = base.get_mut(pid_size.saturating_add(6)) {
                    *byte ^= 0x41;
                }
                return;
            }
            _ => return,
        };
        if let Some(place) = base.get_mut(at..at + 4) {
            place.copy_from_slice(&bytes);
        }
    }

    /// How many bytes more than the fields take.
    pub(crate) fn surplus(bend: Option<Self>) -> usize {
        match bend {
            Some(Self::Surplus(count)) => count.into(),
            _ => 0,
        }
    }

    /// The bit to turn over in a value that `which` names.
    pub(crate) fn bit(bend: Option<Self>, which: Self) -> u8 {
        u8::from(bend == Some(which))
    }
}
