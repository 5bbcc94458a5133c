//! Every field of the message is read back as it was written.

use kms_proto::error::Reason;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::request::{self, Request};
use kms_proto::kms::response::Response;
use kms_proto::kms::version::Version;
use kms_proto::wire::{Order, Wire};
use kms_proto::write::Writer;
use proptest::prelude::*;

use crate::strategies;

const LE: Order = Order::Little;

proptest! {
    #[test]
    fn requests(request in strategies::request()) {
        let bytes = request.to_bytes(LE);
        prop_assert_eq!(bytes.len(), request::SIZE);
        prop_assert_eq!(Request::from_bytes(&bytes, LE), Ok(request));
    }

    #[test]
    fn responses(response in strategies::response()) {
        let bytes = response.to_bytes(LE);
        prop_assert_eq!(bytes.len(), response.size());
        prop_assert_eq!(Response::from_bytes(&bytes, LE), Ok(response));
    }

    #[test]
    fn versions(major: u16, minor: u16) {
        let version = Version { major, minor };
        prop_assert_eq!(Version::from_bytes(&version.to_bytes(LE), LE), Ok(version));
    }

    #[test]
    fn machine_names(name in strategies::machine_name()) {
        let mut bytes = bytes::BytesMut::new();
        name.emit(&mut Writer::new(&mut bytes, LE));
        prop_assert_eq!(MachineName::parse(&bytes), Ok((&[][..], name)));
    }

    #[test]
    fn extended_pids(pid in strategies::pid()) {
        let mut bytes = bytes::BytesMut::new();
        pid.emit(&mut Writer::new(&mut bytes, LE));
        prop_assert_eq!(Pid::parse(&bytes, pid.size()), Ok((&[][..], pid)));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(request) = Request::from_bytes(&bytes, LE) {
            prop_assert_eq!(&request.to_bytes(LE)[..], &bytes[..]);
        }
        if let Ok(response) = Response::from_bytes(&bytes, LE) {
            prop_assert_eq!(&response.to_bytes(LE)[..], &bytes[..]);
        }
    }
}

#[test]
fn a_request_that_ends_early_names_the_field_and_where_it_begins() {
    for (length, field, offset) in [
        (1, "version_minor", 0),
        (3, "version_major", 2),
        (91, "client_time", 84),
        (235, "machine_name", 108),
    ] {
        let error = Request::from_bytes(&vec![0; length], LE).unwrap_err();
        assert_eq!((error.field, error.reason, error.offset), (field, Reason::Truncated, offset));
    }
}

#[test]
fn a_pid_has_an_even_size_of_2_to_128_and_its_last_unit_is_its_only_nul() {
    for size in [0, 1, 3, 127, 129, 130, u32::MAX] {
        assert!(Pid::parse(&[0; 256], size).is_err(), "{size}");
    }
    assert_eq!(Pid::parse(&[0, 0], 2).unwrap().1.to_string(), "");
    for wrong in [&[65, 0, 66, 0][..], &[0, 0, 0, 0], &[65, 0, 0, 0, 66, 0]] {
        let size = u32::try_from(wrong.len()).unwrap();
        assert!(Pid::parse(wrong, size).is_err(), "{wrong:?}");
    }
}
