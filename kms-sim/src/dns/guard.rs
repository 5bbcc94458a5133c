//! Who may change a zone: signatures, and whose a name is.

use core::str::FromStr;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::tsig::{Signature, Stamp, report, sign};
use kms_proto::kms::realm::Realm;
use kms_proto::text::TextError;
use serde::{Deserialize, Serialize};

use crate::dns::nodes::{Nodes, Owner};

/// Which updates a zone takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Updates {
    /// None.
    None,
    /// Signed ones, as a zone of Active Directory that takes secure updates only.
    #[default]
    Signed,
    /// All.
    Any,
}

/// Whose a name is that was made by an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ownership {
    /// The first one's who made it; others may not change it, as in Active Directory.
    #[default]
    First,
    /// Everybody's whose updates are taken: the others were given permission.
    Shared,
}

/// `none`, `signed` or `any`.
impl FromStr for Updates {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "none" => Ok(Self::None),
            "signed" => Ok(Self::Signed),
            "any" => Ok(Self::Any),
            _ => Err(TextError::new(1, "one of none, signed, any")),
        }
    }
}

/// `first` or `shared`.
impl FromStr for Ownership {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "first" => Ok(Self::First),
            "shared" => Ok(Self::Shared),
            _ => Err(TextError::new(1, "first or shared")),
        }
    }
}

/// The keys a zone knows.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The realm whose members it knows, each by the key of its name.
    pub realm: Option<Realm>,
    /// Keys somebody gave.
    pub given: Vec<TsigKey>,
}

impl Keys {
    /// The key of this name.
    fn find(&self, name: &Name) -> Option<TsigKey> {
        let given = self.given.iter().find(|key| key.name() == name).cloned();
        given.or_else(|| self.realm.as_ref().map(|realm| TsigKey::of_realm(realm, name)))
    }
}

/// How a request is signed, and so how its answer is.
#[derive(Clone, Debug)]
pub enum Signed {
    /// It is not.
    Not,
    /// It is, by this key, and in time.
    By(Box<TsigKey>, Vec<u8>),
    /// It is, and its signature is not taken.
    Badly(Box<Refusal>),
}

/// A signature that is not taken.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The error of RFC 8945 §3: 16 BADSIG, 17 BADKEY, 18 BADTIME, 22 BADTRUNC.
    pub error: u16,
    signature: Signature,
    /// The key, where the answer can be signed.
    key: Option<TsigKey>,
}

impl Signed {
    /// Who signed.
    pub fn owner(&self) -> Owner {
        match self {
            Self::By(key, _) => Owner::Key(key.name().clone()),
            Self::Not | Self::Badly(_) => Owner::Anyone,
        }
    }

    /// The error of the signature; 0 where there is none.
    pub fn error(&self) -> u16 {
        if let Self::Badly(refusal) = self { refusal.error } else { 0 }
    }

    /// Judges a request's signature (RFC 8945 §5.2) when the server's clock reads `now`, in seconds
    /// since 1970.
    pub fn judge(keys: &Keys, bytes: &[u8], message: &Message, now: u64) -> Self {
        let Some(signature) = Signature::of(message) else { return Self::Not };
        let refuse = |error, signature: Signature, key| {
            Self::Badly(Box::new(Refusal { error, signature, key }))
        };
        let algorithm = signature.data.algorithm.to_name().to_lowercase();
        let known = keys.find(&signature.name);
        let known = known.filter(|key| key.algorithm().to_name() == algorithm);
        let Some(key) = known else { return refuse(17, signature, None) };
        if !signature.is_by(&key, bytes, None) {
            return refuse(16, signature, None);
        }
        if !signature.is_timely(now) {
            return refuse(18, signature, Some(key));
        }
        Self::By(Box::new(key), signature.data.mac)
    }

    /// Signs the answer in `bytes` as the request asks for (RFC 8945 §5.3) at `now`.
    pub fn answer(&self, bytes: &mut Vec<u8>, now: u64) {
        match self {
            Self::Not => {}
            Self::By(key, mac) => {
                sign(bytes, key, &Stamp { time: now, ..Stamp::default() }, Some(mac));
            }
            Self::Badly(refusal) => {
                let Refusal { error, signature, key } = refusal.as_ref();
                let data = &signature.data;
                if let Some(key) = key {
                    // The time signed is the client's own, so that it can judge the answer.
                    let server_time = Some(now);
                    let stamp = Stamp { time: data.time, error: *error, server_time };
                    sign(bytes, key, &stamp, Some(&data.mac));
                } else {
                    let stamp = Stamp { time: data.time, error: *error, server_time: None };
                    report(bytes, &signature.name, &data.algorithm, &stamp);
                }
            }
        }
    }
}

/// Whether whoever signed so may change all of `names`.
///
/// # Errors
///
/// REFUSED, when the zone takes no such update, or a name is somebody else's (RFC 2136 §3.3).
pub fn may<'a>(
    nodes: &Nodes,
    (updates, ownership): (Updates, Ownership),
    signed: &Signed,
    mut names: impl Iterator<Item = &'a Name>,
) -> Result<(), ResponseCode> {
    let taken = match updates {
        Updates::None => false,
        Updates::Signed => matches!(signed, Signed::By(..)),
        Updates::Any => true,
    };
    let owner = signed.owner();
    let theirs = |name| {
        let made_by = nodes.node(name).map(|node| &node.owner);
        made_by.is_none_or(|made_by| *made_by == owner || *made_by == Owner::Anyone)
    };
    if taken && (ownership == Ownership::Shared || names.all(theirs)) {
        Ok(())
    } else {
        Err(ResponseCode::Refused)
    }
}

/// Types no update may add or take: they are the zone's own, or would cut it.
pub fn is_reserved(kind: RecordType) -> bool {
    matches!(kind, RecordType::SOA | RecordType::NS | RecordType::OPT | RecordType::TSIG)
        || kind.is_dnssec()
}
