//! What leaves, in which pieces, and when.

use bytes::{Bytes, BytesMut};
use kms_proto::time::duration::Nanos;

/// A piece of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How long after the piece before it; the first, after the delivery was made.
    pub after: Nanos,
    /// What happens then.
    pub what: What,
}

/// What happens to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// These bytes leave, in one segment where the way allows it.
    Send(Bytes),
    /// The sender ends its side; nothing it sends after this arrives.
    HalfClose,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing leaves any more; the connection stays until the other side, or its own time limit,
    /// ends it.
    Stall,
}

/// Pieces in the order they leave.
///
/// INVARIANT: nothing follows a [`What::Close`], a [`What::Reset`] or a [`What::Stall`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    parts: Vec<Part>,
}

impl Delivery {
    /// Each of these as a piece of its own, at once.
    pub fn of(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let part = |bytes| Part { after: Nanos(0), what: What::Send(bytes) };
        Self { parts: pieces.into_iter().filter(|bytes| !bytes.is_empty()).map(part).collect() }
    }

    /// The pieces.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Takes the pieces out, to be carried out.
    pub fn take(&mut self) -> Vec<Part> {
        core::mem::take(&mut self.parts)
    }

    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether nothing can follow.
    pub fn is_over(&self) -> bool {
        let last = self.parts.last().map(|part| &part.what);
        matches!(last, Some(What::Close | What::Reset | What::Stall))
    }

    /// How long the whole takes.
    pub fn length(&self) -> Nanos {
        Nanos(self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.after.0)))
    }

    /// How many bytes leave.
    pub fn size(&self) -> usize {
        self.parts.iter().map(Part::size).sum()
    }

    /// Appends what was made at the same moment and leaves behind this.
    pub fn append(&mut self, mut next: Self) {
        if self.is_over() {
            return;
        }
        if let Some(first) = next.parts.first_mut() {
            // What waited behind this has waited already.
            first.after = Nanos(first.after.0.saturating_sub(self.length().0).max(0));
        }
        self.parts.append(&mut next.parts);
    }

    /// Lets it leave later.
    pub(crate) fn delay(&mut self, by: Nanos) {
        if let Some(first) = self.parts.first_mut() {
            first.after = first.after.saturating(by);
        }
    }

    /// Ends it here.
    pub(crate) fn end(&mut self, what: What) {
        if !self.is_over() {
            self.parts.push(Part { after: Nanos(0), what });
        }
    }

    /// Keeps the first `bytes` and what happens between them.
    pub(crate) fn keep(&mut self, bytes: usize) {
        let at = self.cut(bytes);
        self.parts.truncate(at);
    }

    /// The pieces from byte `bytes` on come later; where there are none, what comes behind does.
    pub(crate) fn delay_from(&mut self, bytes: usize, by: Nanos) {
        let at = self.cut(bytes);
        match self.parts.get_mut(at) {
            Some(part) => part.after = part.after.saturating(by),
            None => self.parts.push(Part { after: by, what: What::Send(Bytes::new()) }),
        }
    }

    /// Cuts the pieces to at most `bytes` each, `gap` apart.
    pub(crate) fn slice(&mut self, bytes: usize, gap: Nanos) {
        let bytes = bytes.max(1);
        let mut sliced: Vec<Part> = Vec::with_capacity(self.parts.len());
        for part in self.parts.drain(..) {
            let What::Send(mut rest) = part.what else {
                sliced.push(part);
                continue;
            };
            let mut after = part.after;
            while !rest.is_empty() {
                let piece = rest.split_to(bytes.min(rest.len()));
                let wait = if sliced.is_empty() { after } else { after.saturating(gap) };
                sliced.push(Part { after: wait, what: What::Send(piece) });
                after = Nanos(0);
            }
        }
        self.parts = sliced;
    }

    /// Lets every piece take the time its bytes need at `rate` bytes a second, in whole ticks of
    /// 100 ns.
    pub(crate) fn throttle(&mut self, rate: usize) {
        let rate = i64::try_from(rate.max(1)).unwrap_or(i64::MAX);
        for part in &mut self.parts {
            let size = i64::try_from(part.size()).unwrap_or(i64::MAX);
            let takes = Nanos(size.saturating_mul(1_000_000_000) / rate).on_grain();
            part.after = part.after.saturating(takes);
        }
    }

    /// Joins all bytes into one piece, which leaves when the last of them would have.
    pub(crate) fn join(&mut self) {
        let mut after = Nanos(0);
        let mut joined = BytesMut::with_capacity(self.size());
        let mut others = Vec::new();
        for part in self.parts.drain(..) {
            match part.what {
                What::Send(bytes) => {
                    after = after.saturating(part.after);
                    joined.extend_from_slice(&bytes);
                }
                _ => others.push(part),
            }
        }
        self.parts = Self::of([joined.freeze()]).parts;
        self.delay(after);
        self.parts.append(&mut others);
    }

    /// Puts bytes before all others.
    pub(crate) fn precede(&mut self, bytes: Bytes) {
        self.parts.insert(0, Part { after: Nanos(0), what: What::Send(bytes) });
    }

    /// Sends all bytes a second time.
    pub(crate) fn repeat(&mut self) {
        let sent = |part: &Part| match &part.what {
            What::Send(bytes) => Some(bytes.clone()),
            _ => None,
        };
        let again = Self::of(self.parts.iter().filter_map(sent).collect::<Vec<_>>());
        self.append(again);
    }

    /// Changes the byte at `at`; whether there is one.
    pub(crate) fn change(&mut self, at: usize, change: impl FnOnce(u8) -> u8) -> bool {
        let mut before = 0;
        for part in &mut self.parts {
            if let What::Send(bytes) = &mut part.what {
                if let Some(place) = at.checked_sub(before).filter(|place| *place < bytes.len()) {
                    let mut changed = BytesMut::from(&bytes[..]);
                    if let Some(byte) = changed.get_mut(place) {
                        *byte = change(*byte);
                    }
                    *bytes = changed.freeze();
                    return true;
                }
                before += bytes.len();
            }
        }
        false
    }

    /// Makes byte `bytes` the first of a piece; gives that piece's place.
    fn cut(&mut self, bytes: usize) -> usize {
        let mut left = bytes;
        for at in 0..self.parts.len() {
            let Some(Part { what: What::Send(piece), .. }) = self.parts.get_mut(at) else {
                continue;
            };
            if left < piece.len() {
                if left == 0 {
                    return at;
                }
                let rest = What::Send(piece.split_off(left));
                self.parts.insert(at + 1, Part { after: Nanos(0), what: rest });
                return at + 1;
            }
            left -= piece.len();
        }
        self.parts.len()
    }
}

impl Part {
    fn size(&self) -> usize {
        match &self.what {
            What::Send(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

/// Lengths added, held at the end.
trait Saturating {
    fn saturating(self, other: Self) -> Self;
}

impl Saturating for Nanos {
    fn saturating(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery() -> Delivery {
        Delivery::of([Bytes::from_static(b"abcd"), Bytes::from_static(b"ef")])
    }

    /// What arrives: `+after` before each piece that waits.
    fn told(delivery: &Delivery) -> String {
        let mut text = String::new();
        for part in delivery.parts() {
            let wait = if part.after.0 > 0 { format!("+{} ", part.after) } else { String::new() };
            let what = match &part.what {
                What::Send(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                other => format!("{other:?}"),
            };
            text.extend([&*wait, &what, "|"]);
        }
        text
    }

    #[test]
    fn pieces_are_cut_joined_and_timed() {
        let bent = |bend: fn(&mut Delivery)| {
            let mut delivery = delivery();
            bend(&mut delivery);
            told(&delivery)
        };
        assert_eq!(bent(|d| d.slice(3, Nanos(5))), "abc|+5ns d|+5ns ef|");
        assert_eq!(bent(|d| d.keep(5)), "abcd|e|");
        assert_eq!(bent(|d| d.keep(4)), "abcd|");
        assert_eq!(bent(|d| d.delay_from(1, Nanos(7))), "a|+7ns bcd|ef|");
        assert_eq!(bent(|d| d.delay_from(6, Nanos(7))), "abcd|ef|+7ns |");
        assert_eq!(bent(|d| d.throttle(1000)), "+4ms abcd|+2ms ef|");
        assert_eq!(bent(Delivery::join), "abcdef|");
        assert_eq!(bent(Delivery::repeat), "abcd|ef|abcd|ef|");
        assert_eq!(bent(|d| assert!(d.change(4, |_| b'X'))), "abcd|Xf|");
        assert_eq!(bent(|d| assert!(!d.change(6, |_| b'X'))), "abcd|ef|");
    }

    #[test]
    fn what_follows_does_not_wait_twice_and_nothing_follows_an_end() {
        let mut first = delivery();
        first.delay(Nanos(10));
        let mut second = delivery();
        second.delay(Nanos(15));
        first.append(second);
        assert_eq!(told(&first), "+10ns abcd|ef|+5ns abcd|ef|");
        first.end(What::Reset);
        first.append(delivery());
        assert!(told(&first).ends_with("ef|Reset|"));
        assert!(first.is_over());
    }
}
