//! Signatures of messages ([RFC 8945]), made and judged by a clock the caller reads.
//!
//! [RFC 8945]: https://www.rfc-editor.org/rfc/rfc8945

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::TSIG;
use hickory_proto::rr::rdata::tsig::{TsigAlgorithm, TsigError, make_tsig_record};
use hickory_proto::rr::{DNSClass, Name};
use hickory_proto::serialize::binary::{BinEncodable, BinEncoder};

use crate::dns::key::TsigKey;
use crate::dns::outline::{HEADER, outline};
use crate::time::FileTime;

/// How many seconds two clocks may be apart (RFC 8945 §10 recommends five minutes), edge included.
pub const FUDGE: u16 = 300;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// The latest time a signature can carry: 48 bits.
const LATEST: u64 = (1 << 48) - 1;

/// What a signature says besides its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// The signer's clock: whole seconds since 1970, held to 48 bits; see [`seconds`].
    pub time: u64,
    /// The error it reports; 0 in requests.
    pub error: u16,
    /// The server's clock, where the error is BADTIME.
    pub server_time: Option<u64>,
}

/// A signature as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: Name,
    /// The rest of it.
    pub data: TSIG,
    /// Whether its record has the class and the time to live that all have, which are signed too.
    regular: bool,
}

impl Signature {
    /// The signature of a message, if it has one.
    pub fn of(message: &Message) -> Option<Self> {
        let record = message.signature.as_deref()?;
        let regular = record.dns_class == DNSClass::ANY && record.ttl == 0;
        Some(Self { name: record.name.clone(), data: record.data.clone(), regular })
    }

    /// The number of the error it reports; 0 for none.
    pub fn error(&self) -> u16 {
        self.data.error.map_or(0, u16::from)
    }

    /// The server's clock in a BADTIME: whole seconds since 1970.
    pub fn server_time(&self) -> Option<u64> {
        let bytes: [u8; 6] = self.data.other.as_slice().try_into().ok()?;
        Some(bytes.iter().fold(0, |time, byte| (time << 8) | u64::from(*byte)))
    }

    /// Whether `key` made it over `bytes`, the message it came with; `request` is the code of the
    /// request that the message answers.
    pub fn is_by(&self, key: &TsigKey, bytes: &[u8], request: Option<&[u8]>) -> bool {
        // Names in DNS know no case, and neither do those of algorithms.
        let algorithm = self.data.algorithm.to_name().to_lowercase();
        let same = self.name == *key.name() && algorithm == key.algorithm().to_name();
        same && self.regular
            && signed(bytes, &self.data, &self.name, request)
                .is_some_and(|signed| key.verifies(&signed, &self.data.mac))
    }

    /// Whether a clock that reads `now` (seconds since 1970) is within the fudge of its time.
    pub const fn is_timely(&self, now: u64) -> bool {
        #[expect(clippy::as_conversions, reason = "wider, and From is not const")]
        let fudge = self.data.fudge as u64;
        now.abs_diff(self.data.time) <= fudge
    }
}

/// What a signature carries of a clock: whole seconds since 1970, held to 48 bits.
pub fn seconds(time: FileTime) -> u64 {
    let seconds = time.unix_nanos().div_euclid(SECOND);
    u64::try_from(seconds.max(0)).unwrap_or(LATEST).min(LATEST)
}

/// The moment of a signature's time.
pub fn filetime(seconds: u64) -> FileTime {
    FileTime::from_unix_nanos(i128::from(seconds) * SECOND)
}

/// Signs `bytes`, a whole message without a signature, and returns the code.
///
/// `request` is the code of the request that the message answers.
pub fn sign(bytes: &mut Vec<u8>, key: &TsigKey, stamp: &Stamp, request: Option<&[u8]>) -> Vec<u8> {
    let id = bytes.first_chunk::<2>().map_or(0, |id| u16::from_be_bytes(*id));
    let unsigned = tsig(key.algorithm().clone(), stamp, id, Vec::new());
    let mut input = prefix(request);
    input.extend_from_slice(bytes);
    append_variables(&mut input, &unsigned, key.name());
    let mac = key.mac(&input);
    append(bytes, key.name(), unsigned.set_mac(mac.clone()));
    mac
}

/// Adds a signature without a code, as BADKEY and BADSIG are told (RFC 8945 §5.2).
pub fn report(bytes: &mut Vec<u8>, name: &Name, algorithm: &TsigAlgorithm, stamp: &Stamp) {
    let id = bytes.first_chunk::<2>().map_or(0, |id| u16::from_be_bytes(*id));
    append(bytes, name, tsig(algorithm.clone(), stamp, id, Vec::new()));
}

fn tsig(algorithm: TsigAlgorithm, stamp: &Stamp, id: u16, mac: Vec<u8>) -> TSIG {
    let error = Some(stamp.error).filter(|error| *error != 0).map(TsigError::from);
    let [_, _, other @ ..] = stamp.server_time.unwrap_or(0).to_be_bytes();
    let other = stamp.server_time.map_or(Vec::new(), |_| other.to_vec());
    TSIG::new(algorithm, stamp.time.min(LATEST), FUDGE, mac, id, error, other)
}

/// Adds the record, and counts it in the header.
fn append(bytes: &mut Vec<u8>, name: &Name, data: TSIG) {
    let mut record = Vec::new();
    let emitted = make_tsig_record(name.clone(), data).emit(&mut BinEncoder::new(&mut record));
    debug_assert!(emitted.is_ok(), "a signature is far shorter than a message");
    if let Some(count) = bytes.get_mut(HEADER - 2..HEADER)
        && let Ok(old) = <[u8; 2]>::try_from(&*count)
    {
        count.copy_from_slice(&u16::from_be_bytes(old).saturating_add(1).to_be_bytes());
        bytes.append(&mut record);
    }
}

/// What was signed (RFC 8945 §4.3): the message without its last record and with its first id.
fn signed(bytes: &[u8], data: &TSIG, name: &Name, request: Option<&[u8]>) -> Option<Vec<u8>> {
    let found = outline(bytes).ok()?;
    let last = found.last?;
    let [_, _, _, additionals] = found.counts;
    let mut input = prefix(request);
    input.extend_from_slice(&data.oid.to_be_bytes());
    input.extend_from_slice(bytes.get(2..HEADER - 2)?);
    input.extend_from_slice(&additionals.checked_sub(1)?.to_be_bytes());
    input.extend_from_slice(bytes.get(HEADER..last)?);
    append_variables(&mut input, data, name);
    Some(input)
}

fn prefix(request: Option<&[u8]>) -> Vec<u8> {
    let mut input = Vec::with_capacity(usize::from(crate::dns::message::PLAIN_UDP));
    if let Some(mac) = request {
        let length = u16::try_from(mac.len()).unwrap_or(u16::MAX);
        input.extend_from_slice(&length.to_be_bytes());
        input.extend_from_slice(mac);
    }
    input
}

fn append_variables(input: &mut Vec<u8>, data: &TSIG, name: &Name) {
    let mut variables = Vec::new();
    let emitted = data.emit_tsig_for_mac(&mut BinEncoder::new(&mut variables), name);
    debug_assert!(emitted.is_ok(), "a signature is far shorter than a message");
    input.append(&mut variables);
}

#[cfg(test)]
mod tests {
    use hickory_proto::rr::RecordType;

    use super::*;
    use crate::dns::message::{question, read, write};
    use crate::dns::name::domain;

    fn signed_question(time: u64) -> (Vec<u8>, Vec<u8>, TsigKey) {
        let name = domain("lab.example").unwrap();
        let key: TsigKey = "lab.key:c2VjcmV0".parse().unwrap();
        let mut bytes = write(&question(7, &name, RecordType::SOA));
        let stamp = Stamp { time, ..Stamp::default() };
        let mac = sign(&mut bytes, &key, &stamp, None);
        (bytes, mac, key)
    }

    #[test]
    fn what_was_signed_verifies_and_nothing_else_does() {
        let (bytes, mac, key) = signed_question(1_767_225_600);
        let signature = Signature::of(&read(&bytes).unwrap()).unwrap();
        assert_eq!(signature.data.mac, mac);
        assert!(signature.is_by(&key, &bytes, None));
        assert!(!signature.is_by(&key, &bytes, Some(&mac)));
        let other: TsigKey = "lab.key:c2VjcmV1".parse().unwrap();
        assert!(!signature.is_by(&other, &bytes, None));
        for place in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[place] ^= 1;
            let Ok(message) = read(&bent) else { continue };
            let Some(signature) = Signature::of(&message) else { continue };
            // The id may change on its way: the signature holds the first one (RFC 8945 §5.3).
            assert!(!signature.is_by(&key, &bent, None) || place < 2, "byte {place}");
        }
    }

    #[test]
    fn the_fudge_is_five_minutes_with_its_edges_and_no_time_is_too_far() {
        let (bytes, ..) = signed_question(1_000_000);
        let signature = Signature::of(&read(&bytes).unwrap()).unwrap();
        for (now, timely) in [
            (1_000_300, true),
            (1_000_301, false),
            (999_700, true),
            (999_699, false),
            (0, false),
            (u64::MAX, false),
        ] {
            assert_eq!(signature.is_timely(now), timely, "{now}");
        }
        assert_eq!(seconds(FileTime(0)), 0);
        assert!(seconds(FileTime(u64::MAX)) < LATEST);
        assert_eq!(seconds(filetime(1_767_225_600)), 1_767_225_600);
    }

    #[test]
    fn a_bad_time_carries_the_servers_clock() {
        let key: TsigKey = "lab.key:c2VjcmV0".parse().unwrap();
        let name = domain("lab.example").unwrap();
        let mut bytes = write(&question(7, &name, RecordType::SOA));
        let stamp = Stamp { time: 5, error: 18, server_time: Some(1_767_225_600) };
        sign(&mut bytes, &key, &stamp, Some(b"the code of the request"));
        let signature = Signature::of(&read(&bytes).unwrap()).unwrap();
        assert_eq!(signature.error(), 18);
        assert_eq!(signature.server_time(), Some(1_767_225_600));
        assert!(signature.is_by(&key, &bytes, Some(b"the code of the request")));
    }
}
