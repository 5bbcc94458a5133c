//! What a simulated product calls itself.
//!
//! Names and channel words are those of public samples, because tools read them. Every id comes
//! from the realm and a name, so none is a genuine product's.

use core::fmt;
use core::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::guid;
use crate::kms::hresult::HResult;
use crate::kms::license_status::LicenseStatus;
use crate::kms::realm::Realm;
use crate::text::TextError;
pub use crate::windows::application::{OFFICE, WINDOWS};
use crate::windows::product::Product;
use crate::windows::profile::Profile;

/// The client machine id of the machine called `name` in `realm`.
pub fn cmid(realm: &Realm, name: &str) -> Uuid {
    guid::derived(realm.as_str(), "cmid", name)
}

/// The products that are simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    /// A member server; needs 5 clients on the host.
    #[default]
    ServerStandard,
    /// A workstation; needs 25.
    Enterprise,
    /// A server with a KMS host key; itself activated for good.
    ServerKmsHost,
    /// Office, volume edition; needs 5.
    Office,
}

impl Edition {
    /// Every edition.
    pub const ALL: [Self; 4] =
        [Self::ServerStandard, Self::Enterprise, Self::ServerKmsHost, Self::Office];

    /// The word for it in files, flags and the names its ids are derived from.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ServerStandard => "server-standard",
            Self::Enterprise => "enterprise",
            Self::ServerKmsHost => "server-kms-host",
            Self::Office => "office",
        }
    }

    /// `Name` of `SoftwareLicensingProduct`.
    pub const fn name(self, profile: Profile) -> &'static str {
        match (self, profile) {
            (Self::ServerStandard | Self::ServerKmsHost, Profile::Windows7) => {
                "Windows Server(R), ServerStandard edition"
            }
            (Self::ServerStandard | Self::ServerKmsHost, Profile::Windows8) => {
                "Windows(R), ServerStandard edition"
            }
            (Self::Enterprise, Profile::Windows7) => "Windows(R) 7, Enterprise edition",
            (Self::Enterprise, Profile::Windows8) => "Windows(R), Enterprise edition",
            (Self::Office, _) => "Office 16, Office16ProPlusVL_KMS_Client edition",
        }
    }

    /// `Description`, with the words of the channel.
    pub const fn description(self, profile: Profile) -> &'static str {
        match (self, profile) {
            (Self::ServerStandard, Profile::Windows7) => {
                "Windows Operating System - Windows Server(R), VOLUME_KMSCLIENT channel"
            }
            (Self::Enterprise, Profile::Windows7) => {
                "Windows Operating System - Windows(R) 7, VOLUME_KMSCLIENT channel"
            }
            (Self::ServerStandard | Self::Enterprise, Profile::Windows8) => {
                "Windows(R) Operating System, VOLUME_KMSCLIENT channel"
            }
            (Self::ServerKmsHost, Profile::Windows7) => {
                "Windows Operating System - Windows Server(R), VOLUME_KMS_C channel"
            }
            (Self::ServerKmsHost, Profile::Windows8) => {
                "Windows(R) Operating System, VOLUME_KMS_2012-R2 channel"
            }
            (Self::Office, _) => "Office 16, VOLUME_KMSCLIENT channel",
        }
    }

    /// `ProductKeyChannel`: a client's generic volume key or a host's.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::ServerKmsHost => "Volume:CSVLK",
            Self::ServerStandard | Self::Enterprise | Self::Office => "Volume:GVLK",
        }
    }

    /// How many clients the product needs to see on the host: N of the request.
    pub const fn n_policy(self) -> u32 {
        match self {
            Self::Enterprise => 25,
            Self::ServerStandard | Self::ServerKmsHost | Self::Office => 5,
        }
    }

    /// Windows or Office.
    pub const fn application_id(self) -> Uuid {
        match self {
            Self::Office => OFFICE,
            Self::ServerStandard | Self::Enterprise | Self::ServerKmsHost => WINDOWS,
        }
    }

    /// The activation id of this edition in `realm`.
    pub fn activation_id(self, realm: &Realm) -> Uuid {
        guid::derived(realm.as_str(), "activation id", self.word())
    }

    /// The KMS counted id of this edition's product group in `realm`.
    pub fn counted_id(self, realm: &Realm) -> Uuid {
        guid::derived(realm.as_str(), "counted id", self.word())
    }

    /// The last five characters of a key that does not exist: `L` and `A` are in no product key.
    pub const fn partial_key(self) -> &'static str {
        match self {
            Self::ServerStandard => "LAB01",
            Self::Enterprise => "LAB02",
            Self::ServerKmsHost => "LAB03",
            Self::Office => "LAB04",
        }
    }

    /// The edition whose key this is: the lab's keys are the five characters of
    /// [`partial_key`](Self::partial_key) five times, between hyphens, in any case.
    pub fn of_key(key: &str) -> Option<Self> {
        let is_key = |edition: &Self| {
            let mut groups = key.split('-');
            let five = groups.by_ref().take(5);
            let fit = five.filter(|group| group.eq_ignore_ascii_case(edition.partial_key()));
            fit.count() == 5 && groups.next().is_none()
        };
        Self::ALL.into_iter().find(is_key)
    }

    /// An extended product id of the genuine shape, 48 characters, with zeros wherever a genuine
    /// one tells products, customers and dates apart; 03 is volume licensing, 1033 is en-US.
    pub fn extended_pid(self, profile: Profile) -> String {
        format!("00000-00000-000-000000-03-1033-{}.0000-0000000", profile.build())
    }

    /// An installation id of the genuine length, all zeros: it describes no hardware.
    pub fn installation_id(self, profile: Profile) -> String {
        match profile {
            Profile::Windows7 => "0".repeat(54),
            Profile::Windows8 => "0".repeat(63),
        }
    }

    /// This edition with its key installed: a host activated for good, a client not yet activated.
    pub fn product(self, realm: &Realm, profile: Profile) -> Product {
        let host = self == Self::ServerKmsHost;
        let (license_status, status_reason) = if host {
            (LicenseStatus::LICENSED, HResult::OK)
        } else {
            (LicenseStatus::UNLICENSED, HResult(0xC004_F056))
        };
        let (windows_rearm_count, sku_rearm_count) = match profile {
            Profile::Windows7 => (3, 0),
            Profile::Windows8 => (1001, 1001),
        };
        Product {
            name: self.name(profile).to_owned(),
            description: self.description(profile).to_owned(),
            activation_id: self.activation_id(realm),
            application_id: self.application_id(),
            extended_pid: Some(self.extended_pid(profile)),
            channel: self.channel().to_owned(),
            installation_id: self.installation_id(profile),
            partial_key: Some(self.partial_key().to_owned()),
            license_status,
            status_reason,
            grace_minutes: 0,
            windows_rearm_count,
            sku_rearm_count,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Edition {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::ALL.into_iter().find(|edition| edition.word() == text).ok_or_else(|| {
            TextError::new(1, "one of server-standard, enterprise, server-kms-host, office")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_differ_between_editions_purposes_realms_and_machines() {
        let (lab, other) = (Realm::default(), "other".parse::<Realm>().unwrap());
        let mut ids = BTreeSet::new();
        for realm in [&lab, &other] {
            for edition in Edition::ALL {
                assert!(ids.insert(edition.activation_id(realm)));
                assert!(ids.insert(edition.counted_id(realm)));
            }
            assert!(ids.insert(cmid(realm, "MEMBER01")) && ids.insert(cmid(realm, "MEMBER02")));
        }
        assert_eq!(ids.len(), 20);
    }

    #[test]
    fn pids_fit_the_wire_and_words_are_read_back() {
        for edition in Edition::ALL {
            for profile in [Profile::Windows7, Profile::Windows8] {
                let pid = edition.extended_pid(profile);
                assert!((46..=53).contains(&pid.len()), "{pid}");
                assert!(crate::kms::pid::Pid::new(&pid).is_some());
            }
            assert_eq!(edition.to_string().parse(), Ok(edition));
            let key = [edition.partial_key(); 5].join("-");
            assert_eq!(Edition::of_key(&key), Some(edition));
            assert_eq!(Edition::of_key(&key.to_lowercase()), Some(edition));
            assert_eq!(Edition::of_key(&format!("{key}-")), None);
        }
        assert!("home".parse::<Edition>().is_err());
    }
}
