//! From a value's encoder to lines.

use bytes::BytesMut;

use crate::dissect::listing::Listing;
use crate::dissect::meaning;
use crate::wire::Order;
use crate::write::{Span, Writer};

/// Zero bytes put behind what ends early, so that what is there can still be read.
const BEHIND: usize = 16 * 1024;

/// What an encoder notes of a value: the names and places of its fields.
pub(crate) fn spans(order: Order, emit: impl FnOnce(&mut Writer<'_>)) -> Vec<Span> {
    let mut bytes = BytesMut::new();
    let mut out = Writer::mapped(&mut bytes, order);
    emit(&mut out);
    out.into_map()
}

/// `bytes`, and zeros behind them up to `limit` bytes in all.
pub(crate) fn extended(bytes: &[u8], limit: usize) -> Vec<u8> {
    let mut longer = bytes.to_vec();
    longer.resize(bytes.len().saturating_add(BEHIND).min(limit.max(bytes.len())), 0);
    longer
}

/// Where and how a list of spans is put into the listing.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The bytes the spans count in; spans past their end are not listed.
    pub(crate) bytes: &'a [u8],
    /// Where these bytes begin.
    pub(crate) offset: usize,
    /// How deep the outermost spans lie.
    pub(crate) depth: usize,
    /// The order of the integers.
    pub(crate) order: Order,
}

impl<'a> Place<'a> {
    /// Lists `spans`. A field for which `nested` gives true has been listed by it.
    pub(crate) fn list(
        self,
        spans: &[Span],
        out: &mut Listing,
        mut nested: impl FnMut(&Span, &'a [u8], (usize, usize), &mut Listing) -> bool,
    ) {
        let mut following = spans.iter().skip(1);
        for span in spans {
            let next = following.next();
            let at = (self.offset + span.bytes.start, self.depth + span.depth);
            let is_group = next.is_some_and(|next| next.depth > span.depth);
            let there = span.bytes.start..span.bytes.end.min(self.bytes.len());
            let Some(bytes) = self.bytes.get(there) else { continue };
            // A field cut short has no value.
            let whole = bytes.len() == span.bytes.len();
            if bytes.is_empty() {
                continue;
            }
            if is_group {
                let meaning =
                    if whole { meaning::group(span.name, bytes, self.order) } else { None };
                out.group(at, bytes.len(), span.name, meaning.unwrap_or_default());
            } else if !nested(span, bytes, at, out) {
                let meaning =
                    if whole { meaning::field(span.name, bytes, self.order) } else { None };
                let meaning = meaning
                    .unwrap_or_else(|| if whole { String::new() } else { "cut short".to_owned() });
                out.leaf(at.0, at.1, span.name, bytes, meaning);
            }
        }
    }

    /// Lists `spans`, all of whose fields stand for themselves.
    pub(crate) fn list_plain(self, spans: &[Span], out: &mut Listing) {
        self.list(spans, out, |_, _, _, _| false);
    }
}
