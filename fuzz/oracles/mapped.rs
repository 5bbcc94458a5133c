//! Encodings held against the bytes they were read from.

use bytes::BytesMut;
use kms_proto::wire::Order;
use kms_proto::write::{Span, Writer};

/// Fields that are ignored on reading and zero on writing.
const IGNORED: [&str; 5] = ["reserved", "reserved2", "pad", "auth_pad", "auth_reserved"];

/// What `emit` writes, with its map.
pub fn encoded(order: Order, emit: impl FnOnce(&mut Writer<'_>)) -> (BytesMut, Vec<Span>) {
    let mut bytes = BytesMut::new();
    let mut out = Writer::mapped(&mut bytes, order);
    emit(&mut out);
    let map = out.into_map();
    tiles(&map, bytes.len());
    (bytes, map)
}

/// The map names every byte once: a span is either cut into the spans below it, or a field.
fn tiles(map: &[Span], length: usize) {
    let mut at = 0;
    let mut open: Vec<&Span> = Vec::new();
    for (index, span) in map.iter().enumerate() {
        while open.last().is_some_and(|group| group.depth >= span.depth) {
            let closed = open.pop();
            assert!(closed.is_none_or(|group| group.bytes.end == at), "{closed:?} ends early");
        }
        assert_eq!(span.depth, open.len(), "{span:?} skips a depth");
        assert_eq!(span.bytes.start, at, "{span:?} does not begin where the last field ended");
        assert!(open.last().is_none_or(|group| span.bytes.end <= group.bytes.end), "{span:?}");
        if map.get(index + 1).is_some_and(|next| next.depth > span.depth) {
            open.push(span);
        } else {
            at = span.bytes.end;
        }
    }
    assert_eq!(at, length, "the map ends before the bytes");
}

/// The bytes read are those written, but for what reading ignores and `also`.
pub fn same(read: &[u8], written: &[u8], map: &[Span], also: &[&str]) {
    let (mut read, mut written) = (read.to_vec(), written.to_vec());
    let ignored = |span: &&Span| IGNORED.contains(&span.name) || also.contains(&span.name);
    for span in map.iter().filter(ignored) {
        for bytes in [&mut read, &mut written] {
            if let Some(field) = bytes.get_mut(span.bytes.clone()) {
                field.fill(0);
            }
        }
    }
    assert_eq!(read, written, "what was read is not what is written");
}
