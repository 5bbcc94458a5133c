//! A property that came with Windows 8.

use kms_proto::windows::cim;
use kms_proto::windows::profile::Profile;
use serde::Serialize;

/// The value of a property that older Windows has not: there it is absent, and not null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Since8<T>(Option<T>);

impl<T> Since8<T> {
    /// The property `name` with `value`, where this generation of Windows has it.
    pub fn new(profile: Profile, name: &str, value: T) -> Self {
        Self(cim::has(profile, name).then_some(value))
    }

    /// The value, where there is the property.
    pub const fn value(&self) -> Option<&T> {
        self.0.as_ref()
    }

    /// Whether this generation of Windows has no such property.
    pub const fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}
