//! Whether a PDU has zeros where the specification says zero: the pedantic question.

use bytes::BytesMut;
use kms_proto::error::{DecodeError, Reason};
use kms_proto::rpc::pdu::Pdu;
use kms_proto::rpc::stub::Ndr;

const NOT_ZERO: Reason = Reason::Text("reserved and pad bytes are not zero");

/// Holds a PDU against its own encoding, in which all reserved and pad bytes are zero.
///
/// # Errors
///
/// At the first byte that is not.
pub(crate) fn check_pdu(
    pdu: &Pdu<'_>,
    bytes: &[u8],
    scratch: &mut BytesMut,
) -> Result<(), DecodeError> {
    let [.., third, fourth] = pdu.data_rep.0;
    if third | fourth != 0 {
        return Err(DecodeError { field: "packed_drep", reason: NOT_ZERO, offset: 6 });
    }
    scratch.clear();
    pdu.append(scratch);
    match scratch.iter().zip(bytes).position(|(ours, theirs)| ours != theirs) {
        Some(offset) => Err(DecodeError { field: "reserved", reason: NOT_ZERO, offset }),
        None => Ok(()),
    }
}

/// Looks at the pad after an NDR64 stub's size.
///
/// # Errors
///
/// When it is not zero.
pub(crate) fn check_stub(stub: &[u8], ndr: Ndr) -> Result<(), DecodeError> {
    match stub.get(4..8) {
        Some(pad) if ndr == Ndr::Ndr64 && pad != [0; 4] => {
            Err(DecodeError { field: "pad", reason: NOT_ZERO, offset: 4 })
        }
        _ => Ok(()),
    }
}
