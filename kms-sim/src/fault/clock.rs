//! A host's clock, as faults need it.

use kms_proto::time::FileTime;
use serde_json::{Map, Value};

/// The clock a host judges by: read once for a call, and turned before that call is judged.
pub trait HostClock {
    /// Takes the reading of a call.
    fn read(&mut self) -> FileTime;

    /// Carries out an operation of the rule `id` at the moment of that reading, and takes the
    /// reading in its place; `None` where this clock cannot be turned so.
    fn turn(&mut self, id: &str, operation: &Map<String, Value>) -> Option<FileTime>;
}

/// A moment: nobody turns it.
impl HostClock for FileTime {
    fn read(&mut self) -> FileTime {
        *self
    }

    fn turn(&mut self, _: &str, _: &Map<String, Value>) -> Option<FileTime> {
        None
    }
}

impl<C: HostClock + ?Sized> HostClock for &mut C {
    fn read(&mut self) -> FileTime {
        (**self).read()
    }

    fn turn(&mut self, id: &str, operation: &Map<String, Value>) -> Option<FileTime> {
        (**self).turn(id, operation)
    }
}
