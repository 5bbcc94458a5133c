//! Sealed messages: what opens is what was sealed, byte for byte, and nothing else opens.

use std::sync::LazyLock;

use bytes::BytesMut;
use kms_proto::kms::check::{Answer, Asked, verify_answer};
use kms_proto::kms::pid::{MAX_UNITS, Pid};
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::{self, Request};
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::bend::Bend;
use kms_proto::kms::seal::envelope::{Envelope, Salts};
use kms_proto::kms::seal::form::{self, Form};
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use kms_proto::wire::{Order, Wire};

use super::input::Input;

/// This realm's seal.
static HERE: LazyLock<Seal> = LazyLock::new(|| Seal::for_realm(&Realm::default()));

/// Another realm's.
static THERE: LazyLock<Option<Seal>> =
    LazyLock::new(|| "there".parse::<Realm>().ok().map(|realm| Seal::for_realm(&realm)));

/// The first byte chooses what is tried: 0 a request as it comes, 1 a request sealed here and then
/// bent, 2 an answer sealed here and then bent, 3 an answer as it comes. The second chooses the
/// version and more.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (what, choices) = (input.u8() % 4, input.u8());
    let version = [Version::V4, Version::V5, Version::V6, Version { major: 7, minor: 0 }]
        .get(usize::from(choices & 3))
        .copied()
        .unwrap_or(Version::V6);
    match what {
        0 => request_as_it_comes(input.rest(), version, choices),
        1 => bent_request(input, version, choices),
        2 => bent_answer(input, version, choices),
        _ => answer_as_it_comes(input, version, choices),
    }
    base(input.rest());
}

/// The fields under the seal: what is read is what is written.
fn base(bytes: &[u8]) {
    match Request::from_bytes(bytes, Order::Little) {
        Ok(request) => assert_eq!(request.to_bytes(Order::Little), bytes),
        Err(error) => assert!(bytes.len() != request::SIZE && error.offset <= bytes.len()),
    }
    match Response::from_bytes(bytes, Order::Little) {
        Ok(response) => {
            assert_eq!(response.to_bytes(Order::Little), bytes);
            assert_eq!(response.size(), bytes.len());
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error}"),
    }
}

/// Bit 2: with the version and the length of a request.
fn request_as_it_comes(bytes: &[u8], version: Version, choices: u8) {
    let mut bytes = bytes.to_vec();
    if choices & 4 != 0 {
        bytes.resize(Form::nearest(version).request_length(), 0);
        head(&mut bytes, version);
    }
    opened(&HERE, &bytes);
}

/// Opens a message and holds what came of it against the bytes.
fn opened(seal: &Seal, bytes: &[u8]) -> Opened {
    let mut message = bytes.to_vec();
    let opened = seal.open_request(&mut message);
    match &opened {
        Opened::Malformed(error) => {
            assert_eq!(form::of_request(bytes).as_ref(), Err(error));
            assert!(error.offset <= bytes.len(), "{error}");
            assert_eq!(message, bytes, "a message that is none was altered");
        }
        Opened::Foreign { version, readable } => {
            let (_, form) = told(bytes);
            assert_eq!(Version::parse(bytes, Order::Little).map(|(_, v)| v), Ok(*version));
            assert_eq!(readable.is_some(), form == Form::V4);
            if let Some(request) = readable {
                assert_eq!(Some(&*request.to_bytes(Order::Little)), bytes.get(..request::SIZE));
                assert_ne!(sealed(seal, request, [0; 16]), bytes, "a message of this realm");
            } else {
                // The plaintext is left in place: it must say why.
                let inner = message.get(20..24);
                let padding = message.get(256..);
                assert!(
                    inner != bytes.get(..4) || padding != Some(&[4; 4]),
                    "a message of this realm"
                );
            }
        }
        Opened::Lab { request, envelope } => {
            assert_eq!((request.version, envelope.version()), (told(bytes).0, request.version));
            assert_eq!(sealed(seal, request, envelope.iv()), bytes, "it seals to other bytes");
        }
    }
    opened
}

/// The version and form of a message that is not malformed.
fn told(bytes: &[u8]) -> (Version, Form) {
    let told = form::of_request(bytes);
    assert!(told.is_ok(), "{told:?}");
    told.unwrap_or((Version::V4, Form::V4))
}

fn sealed(seal: &Seal, request: &Request, iv: [u8; 16]) -> BytesMut {
    let mut bytes = BytesMut::new();
    seal.seal_request(request, iv, &mut bytes);
    bytes
}

/// Writes a version over the first four bytes.
fn head(bytes: &mut [u8], version: Version) {
    if let Some(place) = bytes.first_chunk_mut::<4>() {
        let [a, b] = version.minor.to_le_bytes();
        let [c, d] = version.major.to_le_bytes();
        *place = [a, b, c, d];
    }
}

/// A request of `version` whose other fields are any bytes.
fn any_request(input: &mut Input<'_>, version: Version) -> Request {
    let mut base: [u8; request::SIZE] = input.array();
    head(&mut base, version);
    let read = Request::from_bytes(&base, Order::Little);
    assert!(read.is_ok(), "any 236 bytes are a base: {read:?}");
    read.unwrap_or_else(|_| any_request(&mut Input::new(&[]), version))
}

/// Turns bits of up to three bytes over; whether any differs.
fn bend(input: &mut Input<'_>, bytes: &mut [u8]) -> bool {
    let before = bytes.to_vec();
    for _ in 0..input.u8() % 4 {
        let (at, turn) = (usize::from(input.u16()), input.u8());
        let at = at % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= turn;
        }
    }
    before != bytes
}

/// Bit 2: opened in another realm.
fn bent_request(mut input: Input<'_>, version: Version, choices: u8) {
    let iv = input.array();
    let mut bends = input;
    let _ = input.take(10);
    let request = any_request(&mut input, version);
    let mut bytes = sealed(&HERE, &request, iv);
    let known = Form::of(version).is_some();
    if choices & 4 != 0 {
        let Some(there) = THERE.as_ref() else { return };
        let foreign = matches!(opened(there, &bytes), Opened::Foreign { .. });
        assert_eq!(foreign, known, "another realm's request");
        return;
    }
    let bent = bend(&mut bends, &mut bytes);
    match opened(&HERE, &bytes) {
        Opened::Lab { request: got, envelope } => {
            assert!(known && (!bent || version != Version::V4), "a bent version 4 request opened");
            assert!(bent || got == request);
            assert!(bent || version == Version::V4 || envelope.iv() == iv);
        }
        _ => assert!(bent || !known, "an honest request does not open"),
    }
}

/// An answer, a bend of its making, and bends of its bytes.
fn bent_answer(mut input: Input<'_>, version: Version, choices: u8) {
    let (iv, random, response_iv, hwid) =
        (input.array(), input.array(), input.array(), input.array());
    let mut bends = input;
    let _ = input.take(10);
    let (which, number) = (input.u8(), input.u16());
    let numbers = (input.u32(), input.u32(), input.u32());
    let units = usize::from(input.u8()) % MAX_UNITS;
    let pid = any_pid(input.take(units * 2));
    let request = any_request(&mut input, version);
    let mut seal = HERE.clone();
    let Some(envelope) = envelope(&seal, &request, iv) else { return };
    let response = Response {
        version,
        pid,
        cmid: request.cmid,
        client_time: request.client_time,
        count: numbers.0,
        activation_interval: numbers.1,
        renewal_interval: numbers.2,
    };
    let made = (choices & 4 != 0).then(|| any_bend(which, number));
    let salts = Salts { random, iv: response_iv };
    let mut bytes = BytesMut::new();
    seal.seal_bent(&response, &envelope, salts, hwid, made, &mut bytes);
    let bent = bend(&mut bends, &mut bytes);

    let answer = verify_answer(&mut seal, &Asked { request, iv }, &bytes);
    lawful(&answer);
    let form = envelope.form();
    let honest_iv = form != Form::V6 || iv != response_iv;
    match (made, bent) {
        (None, false) if honest_iv => {
            assert_eq!(answer.verified(), Ok(&response));
            assert_eq!(answer.hwid, (form == Form::V6).then_some(hwid));
        }
        // Version 5 proves that the host opened the request, and no more.
        (None, true) if form == Form::V5 => {}
        (None, _) => assert!(answer.verified().is_err(), "a bent answer was taken"),
        (Some(wrong), false) if is_wrong(wrong, form, &response) => {
            assert!(answer.verified().is_err(), "{wrong:?} was taken");
        }
        (Some(_), _) => {}
    }
}

/// What sealing an answer to the request needs; none where it does not open.
fn envelope(seal: &Seal, request: &Request, iv: [u8; 16]) -> Option<Envelope> {
    match opened(seal, &sealed(seal, request, iv)) {
        Opened::Lab { envelope, .. } => Some(envelope),
        _ => None,
    }
}

/// A PID of these units, up to the first that is NUL.
fn any_pid(bytes: &[u8]) -> Pid {
    let units = bytes.as_chunks::<2>().0.iter().take_while(|unit| **unit != [0, 0]);
    let wire: Vec<u8> = units.copied().chain([[0, 0]]).flatten().collect();
    let read = Pid::parse(&wire, u32::try_from(wire.len()).unwrap_or(0)).map(|(_, pid)| pid);
    assert!(read.is_ok(), "{read:?}");
    read.unwrap_or_else(|_| any_pid(&[]))
}

fn any_bend(which: u8, number: u16) -> Bend {
    let version = Version { major: number, minor: number >> 8 };
    match which % 12 {
        0 => Bend::Version(version),
        1 => Bend::InnerVersion(version),
        2 => Bend::Iv,
        3 => Bend::Padding,
        4 => Bend::PidSize(number.into()),
        5 => Bend::PidEnd,
        6 => Bend::Surplus(number.to_le_bytes()[0]),
        7 => Bend::Mac,
        8 => Bend::Hash,
        9 => Bend::RandomXoredIvs,
        10 => Bend::XoredIvs,
        _ => Bend::Hmac,
    }
}

/// Whether the bend makes anything wrong in an answer of this form.
fn is_wrong(bend: Bend, form: Form, response: &Response) -> bool {
    match bend {
        Bend::Version(version) => version != response.version,
        Bend::InnerVersion(version) => form != Form::V4 && version != response.version,
        Bend::PidSize(size) => size != response.pid.size(),
        Bend::Surplus(count) => count != 0,
        Bend::PidEnd => true,
        Bend::Mac => form == Form::V4,
        Bend::Iv | Bend::Padding | Bend::Hash | Bend::RandomXoredIvs => form != Form::V4,
        Bend::XoredIvs | Bend::Hmac => form == Form::V6,
        _ => false,
    }
}

/// Bit 2: with the version of the request; bit 3: in whole blocks.
fn answer_as_it_comes(mut input: Input<'_>, version: Version, choices: u8) {
    let iv = input.array();
    let request = any_request(&mut input, version);
    let mut bytes = input.rest().to_vec();
    if choices & 4 != 0 {
        head(&mut bytes, version);
    }
    if choices & 8 != 0 {
        bytes.truncate(bytes.len().saturating_sub(4) & !15 | 4);
    }
    let mut seal = HERE.clone();
    let answer = verify_answer(&mut seal, &Asked { request, iv }, &bytes);
    lawful(&answer);
    if let Ok(response) = answer.verified() {
        let echoed = (response.version, response.cmid, response.client_time);
        assert_eq!(echoed, (version, request.cmid, request.client_time));
        // The salts of later versions are the host's secret; version 4 has none.
        if let Some(envelope) = envelope(&seal, &request, iv).filter(|e| e.form() == Form::V4) {
            let mut honest = BytesMut::new();
            let salts = Salts { random: [0; 16], iv };
            seal.seal_response(response, &envelope, salts, [0; 8], &mut honest);
            assert_eq!(honest, bytes, "a MAC was guessed");
        }
    }
}

/// Failures come in the order of the checks, each once and with its detail.
fn lawful(answer: &Answer) {
    assert!(answer.failures.is_sorted_by(|one, next| one.check < next.check), "{answer:?}");
    assert!(answer.failures.iter().all(|failure| !failure.detail.is_empty()), "{answer:?}");
    match answer.verified() {
        Ok(response) => assert_eq!(answer.response.as_ref(), Some(response)),
        Err(failure) => assert_eq!(answer.failures.first(), Some(failure)),
    }
}
