//! The PDUs a session wrote.

use kms_proto::rpc::frame;
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::pdu::Pdu;

/// The PDUs in `bytes`, which hold nothing else, each no longer than `limit`.
pub fn all(bytes: &[u8], limit: usize) -> Vec<Pdu<'_>> {
    let mut pdus = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = frame::first(rest, limit).ok().flatten();
        assert!(length.is_some(), "a session wrote something else than whole PDUs");
        let Some((bytes, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
            break;
        };
        match Pdu::parse(bytes) {
            Ok(pdu) => {
                assert_eq!(pdu.to_bytes(), bytes, "a session wrote a PDU that is not canonical");
                assert_eq!((pdu.minor, pdu.auth), (0, None));
                assert!([DataRep::LITTLE, DataRep::BIG].contains(&pdu.data_rep));
                pdus.push(pdu);
            }
            Err(error) => assert!(error.field.is_empty(), "a session wrote no PDU: {error}"),
        }
        rest = after;
    }
    pdus
}
