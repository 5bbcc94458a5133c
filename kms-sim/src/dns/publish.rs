//! A host's own record: `_vlmcs._tcp` in its domain and in those it is told.

use core::str::FromStr;

use hickory_proto::rr::rdata::SRV;
use hickory_proto::rr::{Name, RData};
use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::key::TsigKey;
use kms_proto::dns::name::{domain, shown, vlmcs};
use kms_proto::dns::update::{SentUpdate, Update, add, delete};
use kms_proto::kms::hresult::HResult;
use kms_proto::text::TextError;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;

/// How often a host publishes itself (learn.microsoft.com, "KMS activation planning").
pub const EVERY: Nanos = Nanos::hours(24);

/// How many seconds the record may be kept.
pub const TTL: u32 = 3600;

/// A domain to publish in, as a line of `DnsDomainPublishList` has it: `domain, priority, weight`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishIn {
    /// The domain, which is the zone too.
    pub domain: Name,
    /// Lower comes first.
    pub priority: u16,
    /// Among equals, how often it comes first.
    pub weight: u16,
}

impl FromStr for PublishIn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let mut column = 1;
        let mut parts = text.split(',').map(|part| {
            let at = column + part.chars().take_while(|c| c.is_whitespace()).count();
            column += part.chars().count() + 1;
            (at, part.trim())
        });
        let (_, name) = parts.next().unwrap_or((1, ""));
        let name = domain(name)?;
        let mut number = |what: &str| match parts.next() {
            None => Ok(0),
            Some((at, text)) => text
                .parse::<u16>()
                .map_err(|_| TextError::new(at, format!("a {what} is a number from 0 to 65535"))),
        };
        let (priority, weight) = (number("priority")?, number("weight")?);
        if let Some((at, _)) = parts.next() {
            let message = "a domain has a priority and a weight, and nothing else";
            return Err(TextError::new(at, message));
        }
        Ok(Self { domain: name, priority, weight })
    }
}

/// The record of a host in one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Where.
    pub place: PublishIn,
    /// The host's full name.
    pub host: Name,
    /// The port it listens on.
    pub port: u16,
}

impl Publication {
    /// The domain as events name it.
    pub fn domain(&self) -> String {
        shown(&self.place.domain)
    }

    /// The update that publishes it, signed when the host's clock reads `now`; unsigned without a
    /// key. `None` where DNS takes no such name.
    pub fn send(&self, id: u16, key: Option<&TsigKey>, now: FileTime) -> Option<SentUpdate> {
        let name = vlmcs(&self.place.domain)?;
        Some(self.update(add(&name, TTL, self.record())).send(id, key.map(|key| (key, now))))
    }

    /// The update that takes it away again.
    pub fn withdraw(&self, id: u16, key: Option<&TsigKey>, now: FileTime) -> Option<SentUpdate> {
        let name = vlmcs(&self.place.domain)?;
        Some(self.update(delete(&name, self.record())).send(id, key.map(|key| (key, now))))
    }

    fn update(&self, change: hickory_proto::rr::Record) -> Update {
        let (zone, prerequisites) = (self.place.domain.clone(), Vec::new());
        Update { zone, prerequisites, changes: vec![change] }
    }

    fn record(&self) -> RData {
        let PublishIn { priority, weight, .. } = self.place;
        RData::SRV(SRV::new(priority, weight, self.port, self.host.clone()))
    }
}

/// What events 12293 and 12294 carry.
///
/// A signed update that is refused is 0x80072338, as KB 2553863 documents it of a host that may not
/// change the record another one made; everything else has its own code.
pub fn result(signed: bool, failure: Option<DnsFailure>) -> HResult {
    match failure {
        None => HResult::OK,
        Some(DnsFailure::REFUSED) if signed => DnsFailure::BAD_SIGNATURE.code(),
        Some(failure) => failure.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_publish_list() {
        let read = |text: &str| text.parse::<PublishIn>();
        let place = read("lab.example").unwrap();
        assert_eq!((place.priority, place.weight), (0, 0));
        let place = read("lab.example, 10 ,  90").unwrap();
        assert_eq!(
            (shown(&place.domain).as_str(), place.priority, place.weight),
            ("lab.example", 10, 90)
        );
        for (text, column) in [("", 1), ("lab.example, x", 14), ("a,1,65536", 5), ("a,1,2,3", 7)] {
            assert_eq!(read(text).unwrap_err().column, column, "{text}");
        }
    }

    #[test]
    fn a_refusal_of_a_signed_update_is_a_bad_signature_to_windows() {
        assert_eq!(result(true, None), HResult::OK);
        assert_eq!(result(true, Some(DnsFailure::REFUSED)), HResult(0x8007_2338));
        assert_eq!(result(false, Some(DnsFailure::REFUSED)), HResult(0x8007_232D));
        assert_eq!(result(true, Some(DnsFailure::BAD_TIME)), HResult(0x8007_233A));
    }
}
