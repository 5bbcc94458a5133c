//! What a service is told about a call, besides its message.

use kms_proto::time::FileTime;

/// Which call it is, and when the host's clock says it came.
///
/// The two ordinals name the call in every draw made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which connection of the host, as whoever accepts them counts.
    pub connection: u64,
    /// Which call of the connection that reached the service, counted from 0.
    pub message: u64,
    /// What the host's clock reads.
    pub now: FileTime,
}

/// The host's clock, asked at most once and only when a call is judged.
///
/// A moment known beforehand is one; so is a function that takes the reading. PDUs that call
/// nothing, and bytes that are no PDU yet, take no reading: how the bytes were cut on their way
/// changes none.
pub trait Reads {
    /// Takes the reading.
    fn read(self) -> FileTime;
}

impl Reads for FileTime {
    fn read(self) -> FileTime {
        self
    }
}

impl<F: FnOnce() -> FileTime> Reads for F {
    fn read(self) -> FileTime {
        self()
    }
}
