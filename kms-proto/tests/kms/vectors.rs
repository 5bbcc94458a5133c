//! An independent implementation of the seal agrees, byte for byte and both ways.

use core::str::FromStr;

use bytes::BytesMut;
use fixtures::vectors::{ALL, Vector};
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::seal::envelope::Salts;
use kms_proto::kms::seal::{Opened, Seal};
use kms_proto::kms::version::Version;
use kms_proto::text::from_hex;
use kms_proto::time::FileTime;

fn value<T: FromStr>(vector: Vector, name: &str) -> T {
    let text = vector.get(name);
    text.parse().unwrap_or_else(|_| panic!("{}: {name} = {text:?}", vector.name))
}

fn bytes<const N: usize>(vector: Vector, name: &str) -> [u8; N] {
    from_hex(vector.get(name)).unwrap().try_into().unwrap()
}

fn request(vector: Vector) -> Request {
    Request {
        version: Version { major: value(vector, "version"), minor: 0 },
        vm_info: value(vector, "request.vm_info"),
        license_status: LicenseStatus(value(vector, "request.license_status")),
        binding_expiration: value(vector, "request.binding_expiration"),
        application_id: value(vector, "request.application_id"),
        activation_id: value(vector, "request.activation_id"),
        kms_counted_id: value(vector, "request.kms_counted_id"),
        cmid: value(vector, "request.cmid"),
        n_policy: value(vector, "request.n_policy"),
        client_time: FileTime(value(vector, "request.client_time")),
        previous_cmid: value(vector, "request.previous_cmid"),
        machine_name: MachineName::new(vector.get("request.machine_name")).unwrap(),
    }
}

fn response(vector: Vector) -> Response {
    let request = request(vector);
    Response {
        version: request.version,
        pid: Pid::new(vector.get("response.pid")).unwrap(),
        cmid: request.cmid,
        client_time: request.client_time,
        count: value(vector, "response.count"),
        activation_interval: value(vector, "response.activation_interval"),
        renewal_interval: value(vector, "response.renewal_interval"),
    }
}

#[test]
fn requests_and_answers_are_the_same_bytes() {
    for vector in ALL {
        let mut seal = Seal::for_realm(&value::<Realm>(vector, "realm"));
        let (request, response) = (request(vector), response(vector));
        let mut out = BytesMut::new();
        seal.seal_request(&request, bytes(vector, "iv"), &mut out);
        assert_eq!(out[..], from_hex(vector.get("request")).unwrap(), "{}", vector.name);

        let Opened::Lab { envelope, .. } = seal.open_request(&mut out) else {
            panic!("{} does not open", vector.name)
        };
        let salts = Salts { random: bytes(vector, "random"), iv: bytes(vector, "response_iv") };
        let mut out = BytesMut::new();
        seal.seal_response(&response, &envelope, salts, bytes(vector, "hwid"), &mut out);
        assert_eq!(out[..], from_hex(vector.get("response")).unwrap(), "{}", vector.name);
    }
}

#[test]
fn the_other_implementations_bytes_open_and_verify() {
    for vector in ALL {
        let mut seal = Seal::for_realm(&value::<Realm>(vector, "realm"));
        let asked = Asked { request: request(vector), iv: bytes(vector, "iv") };
        let mut message = from_hex(vector.get("request")).unwrap();
        match seal.open_request(&mut message) {
            Opened::Lab { request, .. } => assert_eq!(request, asked.request, "{}", vector.name),
            other => panic!("{}: {other:?}", vector.name),
        }
        let message = from_hex(vector.get("response")).unwrap();
        let answer = verify_answer(&mut seal, &asked, &message);
        assert_eq!(answer.verified(), Ok(&response(vector)), "{}", vector.name);
    }
}

#[test]
fn no_vector_opens_in_another_realm() {
    for vector in ALL {
        let seal = Seal::for_realm(&"somewhere else".parse().unwrap());
        let mut message = from_hex(vector.get("request")).unwrap();
        let opened = seal.open_request(&mut message);
        assert!(matches!(opened, Opened::Foreign { .. }), "{}", vector.name);
    }
}
