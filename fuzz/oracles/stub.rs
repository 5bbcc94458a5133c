//! The parameters of a call, in both transfer syntaxes and both orders, and the verification
//! trailer behind them.

use kms_proto::guid::Uuid;
use kms_proto::rpc::header::DataRep;
use kms_proto::rpc::stub::Ndr;
use kms_proto::rpc::stub::request::RequestStub;
use kms_proto::rpc::stub::response::ResponseStub;
use kms_proto::rpc::syntax::SyntaxId;
use kms_proto::rpc::verification::{self, Command, END, Header2, Known, MUST_PROCESS, Says};
use kms_proto::wire::Order;
use kms_proto::write::Writer;

use super::input::Input;
use super::mapped::{encoded, same};

/// The first byte chooses: bit 0 NDR64, bit 1 big-endian, bit 2 true sizes in the stub, bit 3 a
/// trailer made of the rest, bit 4 a byte of that bent.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.u8();
    let ndr = if choices & 1 == 0 { Ndr::Ndr32 } else { Ndr::Ndr64 };
    let order = if choices & 2 == 0 { Order::Little } else { Order::Big };
    if choices & 8 != 0 {
        trailer(input, choices & 16 != 0);
        return;
    }
    let stub = input.rest();
    if choices & 4 == 0 {
        request(stub, ndr, order);
        response(stub, ndr, order);
    } else {
        request(&sized(stub, ndr, order, RequestStub::message_offset(ndr), 0), ndr, order);
        let before = if ndr == Ndr::Ndr32 { 12 } else { 24 };
        response(&sized(stub, ndr, order, before, 4), ndr, order);
    }
    commands(stub);
}

/// A stub whose sizes are those of the bytes after the first `before`, less `after` and the pad.
fn sized(stub: &[u8], ndr: Ndr, order: Order, before: usize, after: usize) -> Vec<u8> {
    let mut bytes = stub.to_vec();
    let whole = bytes.len().saturating_sub(before + after);
    // One of the four lengths whose pad and tail fill the stub exactly.
    let length = if after == 0 { whole } else { whole & !3 };
    bytes.truncate(before + length + after);
    let size = u64::try_from(length).unwrap_or(u64::MAX);
    let mut put = |at: usize, width: usize| {
        let word = size.to_le_bytes();
        if let Some(place) = bytes.get_mut(at..at + width) {
            place.copy_from_slice(word.get(..width).unwrap_or_default());
            if order == Order::Big {
                place.reverse();
            }
        }
    };
    put(0, 4);
    let word = if ndr == Ndr::Ndr32 { 4 } else { 8 };
    put(before - word, word);
    bytes
}

fn request(stub: &[u8], ndr: Ndr, order: Order) {
    let read = match RequestStub::from_bytes(stub, ndr, order) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.offset <= stub.len() && !error.field.is_empty(), "{error}");
            return;
        }
    };
    assert!(ndr.allows(order), "NDR64 has little-endian integers only");
    let (written, map) = encoded(order, |out| read.emit(ndr, out));
    same(stub, &written, &map, &[]);
    assert_eq!(RequestStub::from_bytes(&written, ndr, order), Ok(read));
    let begin = RequestStub::message_offset(ndr);
    assert_eq!(stub.get(begin..begin + read.message.len()), Some(read.message));
    // Cut anywhere before the end of the message, nothing is left to believe.
    let whole = begin + read.message.len();
    for cut in [0, begin / 2, begin, whole].into_iter().filter(|cut| *cut < whole) {
        let cut = stub.get(..cut).unwrap_or_default();
        assert!(RequestStub::from_bytes(cut, ndr, order).is_err(), "a cut stub was read");
    }
    let before = whole;
    if let Some(at) = verification::find(read.trailing, before) {
        assert!((before + at).is_multiple_of(4), "the signature is aligned");
        assert!(read.trailing.get(at..).is_some_and(|t| t.starts_with(&verification::SIGNATURE)));
    }
    if let Err(error) = verification::check(read.trailing, before, &known(Input::new(stub))) {
        assert!(error.offset <= read.trailing.len(), "{error}");
    }
}

fn response(stub: &[u8], ndr: Ndr, order: Order) {
    let read = match ResponseStub::from_bytes(stub, ndr, order) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.offset <= stub.len() && !error.field.is_empty(), "{error}");
            return;
        }
    };
    assert!(ndr.allows(order), "NDR64 has little-endian integers only");
    let (written, map) = encoded(order, |out| read.emit(ndr, out));
    // A client takes any referent that is not null.
    let any: &[&str] = if read.message.is_some() { &["referent"] } else { &[] };
    same(stub, &written, &map, any);
    assert_eq!(ResponseStub::from_bytes(&written, ndr, order), Ok(read));
    assert_eq!(read.is_coherent(), read.message.is_some() == (read.hresult.0 == 0));
    let cut = stub.get(..stub.len() - 1).unwrap_or_default();
    assert!(ResponseStub::from_bytes(cut, ndr, order).is_err(), "a cut stub was read");
}

/// Commands as they come: what is read is what is written.
fn commands(bytes: &[u8]) {
    let mut rest = bytes;
    while let Ok((after, command)) = Command::parse(rest) {
        let read = rest.get(..rest.len() - after.len()).unwrap_or_default();
        let (written, map) = encoded(Order::Little, |out| command.emit(out));
        same(read, &written, &map, &[]);
        assert_eq!(Command::parse(&written).map(|(_, again)| again), Ok(command));
        assert!(after.len() < rest.len(), "a command takes no bytes");
        rest = after;
    }
}

/// A trailer that tells the truth holds; a bent one is judged without a panic.
fn trailer(mut input: Input<'_>, bend: bool) {
    let choices = input.u8();
    let before = usize::from(input.u8());
    let known = known(input);
    let _ = input.take(20);
    let (at, turn) = (usize::from(input.u8()), input.u8());
    let unknown = input.rest();
    let unknown = unknown.get(..unknown.len().min(400) & !3).unwrap_or_default();
    let truth = [
        (1, Says::Bitmask1(1)),
        (2, Says::Context { interface: known.interface, transfer: known.transfer }),
        (4, Says::Header2(known.header)),
        (8, Says::Other(4 + u16::from(choices), unknown)),
    ];
    let must = if choices & 16 == 0 { 0 } else { MUST_PROCESS };
    let commands: Vec<_> = truth
        .into_iter()
        .filter(|(bit, _)| choices & bit != 0)
        .map(|(_, says)| Command { rules: must | END, says })
        .collect();
    let mut bytes = bytes::BytesMut::new();
    verification::emit(&commands, before, &mut Writer::new(&mut bytes, Order::Little));
    assert_eq!(verification::find(&bytes, before), Some(before.next_multiple_of(4) - before));
    if bend {
        let count = bytes.len();
        if let Some(byte) = bytes.get_mut(at % count) {
            *byte ^= turn;
        }
        if let Err(error) = verification::check(&bytes, before, &known) {
            assert!(error.offset <= bytes.len(), "{error}");
        }
        return;
    }
    // No command can carry the end bit when there is none, and what must be known is not.
    let holds = !commands.is_empty() && (must == 0 || choices & 8 == 0);
    let judged = verification::check(&bytes, before, &known);
    assert_eq!(judged.is_ok(), holds, "{judged:?} of {commands:?}");
    if holds {
        bytes.extend_from_slice(&[0]);
        assert!(verification::check(&bytes, before, &known).is_err(), "a byte too many is taken");
    }
}

/// A call to hold a trailer against.
fn known(mut input: Input<'_>) -> Known {
    let [packet_type, minor] = input.array();
    Known {
        header: Header2 {
            packet_type,
            data_rep: DataRep(input.array()),
            call_id: input.u32(),
            context_id: input.u16(),
            opnum: input.u16(),
        },
        interface: SyntaxId { uuid: Uuid::from_u128(input.u32().into()), major: 1, minor: 0 },
        transfer: SyntaxId { minor: minor.into(), ..SyntaxId::NDR32 },
    }
}
