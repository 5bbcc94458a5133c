//! Whose key signs an update.

use std::str::FromStr;

use hickory_proto::rr::Name;
use kms_proto::dns::key::TsigKey;
use kms_proto::kms::realm::Realm;
use kms_proto::text::TextError;

/// What an update is signed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// The key that the realm knows the signer's name by.
    #[default]
    Realm,
    /// Nothing.
    Not,
    /// A key of somebody's own server.
    With(TsigKey),
}

impl Signs {
    /// The key of the one who is called `name`.
    pub fn key(&self, realm: &Realm, name: &Name) -> Option<TsigKey> {
        match self {
            Self::Realm => Some(TsigKey::of_realm(realm, name)),
            Self::Not => None,
            Self::With(key) => Some(key.clone()),
        }
    }
}

/// `realm`, `none`, or a key: `NAME:ALGORITHM:SECRET`.
impl FromStr for Signs {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "realm" => Ok(Self::Realm),
            "none" => Ok(Self::Not),
            key => key.parse().map(Self::With),
        }
    }
}
