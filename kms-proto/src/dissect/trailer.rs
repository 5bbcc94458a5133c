//! What stands behind a call's parameters.

use crate::dissect::listing::Listing;
use crate::dissect::mapped::{Place, spans};
use crate::rpc::verification::{Command, END, SIGNATURE, find};
use crate::wire::Order;
use crate::write::Span;

const LE: Order = Order::Little;

/// Lists the bytes that begin `before` bytes into the stub, and at `at`: a verification trailer
/// (MS-RPCE §2.2.2.13) where there is one.
pub(crate) fn list(bytes: &[u8], before: usize, at: (usize, usize), out: &mut Listing) {
    let Some(start) = find(bytes, before) else {
        out.leaf(at.0, at.1, "trailing", bytes, "no verification trailer".to_owned());
        return;
    };
    out.group(at, bytes.len(), "trailing", "verification trailer (MS-RPCE 2.2.2.13)".to_owned());
    let depth = at.1 + 1;
    let body = start + SIGNATURE.len();
    let (pad, rest) = bytes.split_at_checked(start).unwrap_or_default();
    if !pad.is_empty() {
        out.leaf(at.0, depth, "pad", pad, String::new());
    }
    out.leaf(at.0 + start, depth, "signature", rest.get(..8).unwrap_or_default(), String::new());
    let mut next = body;
    while let Some(rest) = bytes.get(next..).filter(|rest| !rest.is_empty()) {
        let Ok((after, command)) = Command::parse(rest) else {
            out.leaf(at.0 + next, depth, "unread", rest, "no whole command".to_owned());
            return;
        };
        let length = rest.len() - after.len();
        let mut fields = vec![Span { name: "command", bytes: 0..length, depth: 0 }];
        let inner = spans(LE, |out| command.emit(out));
        fields.extend(inner.into_iter().map(|span| Span { depth: span.depth + 1, ..span }));
        let place = Place {
            bytes: rest.get(..length).unwrap_or_default(),
            offset: at.0 + next,
            depth,
            order: LE,
        };
        place.list_plain(&fields, out);
        next += length;
        if command.rules & END != 0 {
            break;
        }
    }
    if let Some(rest) = bytes.get(next..).filter(|rest| !rest.is_empty()) {
        out.leaf(at.0 + next, depth, "unread", rest, "after the last command".to_owned());
    }
}
