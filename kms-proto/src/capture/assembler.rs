//! One direction of a TCP connection, put together from its segments (RFC 9293 §3.4).

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::time::Moment;

/// Bytes that may wait for what is before them; one more, and what is missing is given up.
pub const MOST_WAITING: usize = 256 * 1024;

/// Segments that may wait.
const MOST_SEGMENTS: usize = 4096;

/// The next bytes of a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When they were captured.
    pub at: Option<Moment>,
    /// In which packet.
    pub packet: u64,
    /// How many bytes before them are missing from the capture.
    pub missing: u64,
    /// The bytes.
    pub bytes: Bytes,
}

/// What stands between a segment and its place.
#[derive(Clone, Debug)]
struct Waiting {
    at: Option<Moment>,
    packet: u64,
    bytes: Bytes,
}

/// A direction, as far as it is known.
///
/// Positions count bytes from the first one seen, so that they do not wrap.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    /// The sequence number of the first byte, once one is known.
    first: Option<u32>,
    /// The position of the next byte that is wanted.
    next: u64,
    waiting: BTreeMap<u64, Waiting>,
    held: usize,
    /// Bytes that came again.
    repeated: u64,
    /// Up to where the other side says to have received, and in which packet it says so.
    heard: Option<(u64, Option<Moment>, u64)>,
    /// Where the stream ends, once that is known.
    end: Option<u64>,
}

impl Assembler {
    /// The stream's first byte has this sequence number.
    pub const fn begin(&mut self, first: u32) {
        if self.first.is_none() {
            self.first = Some(first);
        }
    }

    /// Takes a segment whose first byte has number `sequence`, and gives what is next in order.
    pub fn segment(
        &mut self,
        sequence: u32,
        (at, packet): (Option<Moment>, u64),
        bytes: &[u8],
        mut each: impl FnMut(Piece),
    ) {
        if bytes.is_empty() {
            return;
        }
        self.begin(sequence);
        let Some((mut start, skip)) = self.position(sequence, bytes.len()) else {
            self.repeated = self.repeated.saturating_add(length(bytes));
            return;
        };
        self.repeated = self.repeated.saturating_add(u64::try_from(skip).unwrap_or(0));
        let mut bytes = bytes.get(skip..).unwrap_or_default();
        if start == self.next {
            let fresh = self.before_waiting(start, bytes);
            each(Piece { at, packet, missing: 0, bytes: Bytes::copy_from_slice(fresh) });
            self.next += length(fresh);
            start += length(fresh);
            bytes = bytes.get(fresh.len()..).unwrap_or_default();
            self.release(&mut each);
        }
        self.wait(start, (at, packet), bytes);
        while self.held > MOST_WAITING || self.waiting.len() > MOST_SEGMENTS {
            self.skip(&mut each);
        }
    }

    /// The other side has acknowledged up to `sequence`: what is missing before that, and has bytes
    /// waiting behind it, was received and is not in the capture.
    pub fn acknowledged(
        &mut self,
        sequence: u32,
        (at, packet): (Option<Moment>, u64),
        mut each: impl FnMut(Piece),
    ) {
        let Some((acknowledged, 0)) = self.position(sequence, 0) else { return };
        self.heard = Some((acknowledged, at, packet));
        while self.waiting.first_key_value().is_some_and(|(start, _)| *start <= acknowledged) {
            self.skip(&mut each);
        }
    }

    /// The stream's last byte is the one before this number.
    pub fn ends(&mut self, sequence: u32, (at, packet): (Option<Moment>, u64)) {
        self.begin(sequence);
        if let Some((end, 0)) = self.position(sequence, 0) {
            self.end = Some(end);
            self.heard.get_or_insert((end, at, packet));
        }
    }

    /// Gives everything that still waits, with what is missing before it and behind it.
    pub fn finish(&mut self, mut each: impl FnMut(Piece)) {
        while !self.waiting.is_empty() {
            self.skip(&mut each);
        }
        let Some((heard, at, packet)) = self.heard.take() else { return };
        // One more than all bytes may be an end that is not in the capture.
        let end = self.end.unwrap_or_else(|| heard.saturating_sub(1));
        let missing = end.saturating_sub(self.next);
        if missing > 0 {
            let missing = if self.end.is_some() { missing } else { missing + 1 };
            self.next += missing;
            each(Piece { at, packet, missing, bytes: Bytes::new() });
        }
    }

    /// Bytes that wait.
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Bytes that came more than once.
    pub const fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Where bytes that begin with number `sequence` lie, from the first that is still wanted, and
    /// how many before that are not; `None` when none is wanted.
    fn position(&self, sequence: u32, count: usize) -> Option<(u64, usize)> {
        let first = self.first?;
        let ahead = sequence.wrapping_sub(first.wrapping_add(low(self.next))).cast_signed();
        if let Ok(ahead) = u64::try_from(ahead) {
            return Some((self.next + ahead, 0));
        }
        let behind = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX);
        (behind < count).then_some((self.next, behind))
    }

    /// Of `bytes` at `start`, those before the first that wait: what came first counts.
    fn before_waiting<'b>(&self, start: u64, bytes: &'b [u8]) -> &'b [u8] {
        let next = self.waiting.range(start..).next().map(|(place, _)| *place);
        let room = next.map_or(bytes.len(), |place| {
            usize::try_from(place - start).unwrap_or(usize::MAX).min(bytes.len())
        });
        bytes.get(..room).unwrap_or(bytes)
    }

    /// Keeps bytes at `start` for later, as far as they are not kept or past already.
    fn wait(&mut self, mut start: u64, (at, packet): (Option<Moment>, u64), mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // What covers the start: bytes given out, or bytes that wait.
            let before = self.waiting.range(..=start).next_back();
            let covered = before.map_or(0, |(place, waiting)| place + length(&waiting.bytes));
            let skip = usize::try_from(covered.max(self.next).saturating_sub(start));
            let skip = skip.unwrap_or(usize::MAX).min(bytes.len());
            self.repeated = self.repeated.saturating_add(u64::try_from(skip).unwrap_or(0));
            start += u64::try_from(skip).unwrap_or(0);
            bytes = bytes.get(skip..).unwrap_or_default();
            let fresh = self.before_waiting(start, bytes);
            if !fresh.is_empty() {
                self.held += fresh.len();
                let kept = Waiting { at, packet, bytes: Bytes::copy_from_slice(fresh) };
                self.waiting.insert(start, kept);
            }
            start += length(fresh);
            bytes = bytes.get(fresh.len()..).unwrap_or_default();
        }
    }

    /// Gives out what waits and is next.
    fn release(&mut self, each: &mut impl FnMut(Piece)) {
        while let Some(first) = self.waiting.first_entry()
            && *first.key() == self.next
        {
            let Waiting { at, packet, bytes } = first.remove();
            self.held -= bytes.len();
            self.next += length(&bytes);
            each(Piece { at, packet, missing: 0, bytes });
        }
    }

    /// Gives up what is missing before the first bytes that wait.
    fn skip(&mut self, each: &mut impl FnMut(Piece)) {
        let Some((start, Waiting { at, packet, bytes })) = self.waiting.pop_first() else { return };
        self.held -= bytes.len();
        let missing = start.saturating_sub(self.next);
        self.next = start + length(&bytes);
        each(Piece { at, packet, missing, bytes });
        self.release(each);
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The part of a position that sequence numbers have.
fn low(position: u64) -> u32 {
    u32::try_from(position & u64::from(u32::MAX)).unwrap_or(0)
}
