//! One direction of a TCP connection, put together from its segments (RFC 9293 §3.4).

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::time::Moment;

/// Bytes that may wait for what is before them; one more, and what is missing is given up.
pub const MOST_WAITING: usize = 256 * 1024;

/// Segments that may wait.
const MOST_SEGMENTS: usize = 4096;

/// How far a reset may lie from the next byte, and an end before it, and still be of the stream.
const WINDOW: i64 = 256 * 1024;

/// Bytes that keeping something costs besides its own, rounded up: its place in a tree, its allocation.
pub const COST: usize = 256;

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

/// When and in which packet something was captured.
pub type Place = (Option<Moment>, u64);

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
    /// Bytes from before the first one known.
    early: u64,
    /// Up to where the other side says to have received, and in which packet it says so.
    heard: Option<(u64, Place)>,
    /// Where the stream ends, once that is known, and what says so.
    end: Option<(u64, Place)>,
}

impl Assembler {
    /// The stream's first byte has this sequence number.
    pub const fn begin(&mut self, first: u32) {
        if self.first.is_none() {
            self.first = Some(first);
        }
    }

    /// The number of the first byte, once it is known.
    pub const fn first(&self) -> Option<u32> {
        self.first
    }

    /// Takes a segment whose first byte has number `sequence`, and gives what is next in order.
    pub fn segment(
        &mut self,
        sequence: u32,
        (at, packet): Place,
        bytes: &[u8],
        mut each: impl FnMut(Piece),
    ) {
        if bytes.is_empty() {
            return;
        }
        self.begin(sequence);
        let Some((mut start, skip)) = self.position(sequence, bytes.len()) else {
            self.unwanted(sequence, bytes.len());
            return;
        };
        self.unwanted(sequence, skip);
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
    pub fn acknowledged(&mut self, sequence: u32, place: Place, mut each: impl FnMut(Piece)) {
        let Some((acknowledged, 0)) = self.position(sequence, 0) else { return };
        self.heard = Some((acknowledged, place));
        while self.waiting.first_key_value().is_some_and(|(start, _)| *start <= acknowledged) {
            self.skip(&mut each);
        }
    }

    /// The stream's last byte is the one before this number.
    pub fn ends(&mut self, sequence: u32, place: Place) {
        self.begin(sequence);
        if self.end.is_some() {
            return;
        }
        // An end before what is here already comes late, and is none if it is from long ago.
        let end = match self.ahead(sequence) {
            Some(ahead) if ahead >= -WINDOW => self.next.saturating_add_signed(ahead.max(0)),
            _ => return,
        };
        self.end = Some((end, place));
        self.heard.get_or_insert((end, place));
    }

    /// What said where the stream ends, if anything did.
    pub const fn end(&self) -> Option<Place> {
        match self.end {
            Some((_, place)) => Some(place),
            None => None,
        }
    }

    /// Whether all bytes before the end are given.
    pub fn is_at_end(&self) -> bool {
        self.end.is_some_and(|(end, _)| end <= self.next)
    }

    /// Whether a number is farther from the next byte than anything of this stream may be.
    pub fn is_far(&self, sequence: u32) -> bool {
        self.ahead(sequence).is_some_and(|ahead| ahead.abs() > WINDOW)
    }

    /// The position of the next byte that is wanted.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Where a reset with this number takes effect; `None` where it can be none of this stream's.
    ///
    /// It has the number of its sender's next byte, or of the last the other side has acknowledged;
    /// bytes before it may yet come, as far as they can wait (RFC 9293 §3.5.2, RFC 5961 §3).
    pub fn reset(&self, sequence: u32) -> Option<u64> {
        let Some(ahead) = self.ahead(sequence) else { return Some(self.next) };
        let place = self.next.saturating_add_signed(ahead);
        let heard = self.heard.map_or(0, |(heard, _)| heard.min(self.next));
        // An end has a number of its own.
        let ended = self.end.is_some_and(|(end, _)| place == end + 1);
        let place = if ended { place - 1 } else { place };
        (place >= heard && ahead.abs() <= WINDOW).then_some(place)
    }

    /// Gives everything that still waits, with what is missing before it and behind it.
    pub fn finish(&mut self, mut each: impl FnMut(Piece)) {
        while !self.waiting.is_empty() {
            self.skip(&mut each);
        }
        let Some((heard, (at, packet))) = self.heard.take() else { return };
        // One more than all bytes may be an end that is not in the capture.
        let end = self.end.map_or(heard.saturating_sub(1), |(end, _)| end);
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

    /// What is kept costs so many bytes.
    pub fn cost(&self) -> usize {
        self.held + self.waiting.len() * COST
    }

    /// Bytes from before the first one known: they came after what follows them was given.
    pub const fn early(&self) -> u64 {
        self.early
    }

    /// Bytes that came more than once.
    pub const fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Where bytes that begin with number `sequence` lie, from the first that is still wanted, and
    /// how many before that are not; `None` when none is wanted.
    fn position(&self, sequence: u32, count: usize) -> Option<(u64, usize)> {
        let ahead = self.ahead(sequence)?;
        if let Ok(ahead) = u64::try_from(ahead) {
            return Some((self.next + ahead, 0));
        }
        let behind = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX);
        (behind < count).then_some((self.next, behind))
    }

    /// How far the byte with this number is from the next that is wanted.
    fn ahead(&self, sequence: u32) -> Option<i64> {
        let next = self.first?.wrapping_add(low(self.next));
        Some(sequence.wrapping_sub(next).cast_signed().into())
    }

    /// Counts bytes that are not wanted any more, of which the first has this number.
    fn unwanted(&mut self, sequence: u32, count: usize) {
        let behind = self.ahead(sequence).map_or(0, i64::unsigned_abs);
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let early = behind.saturating_sub(self.next).min(count);
        // A probe of whether the other side lives has one byte before the first (RFC 9293 §3.8.4).
        if (early, behind) != (1, 1) {
            self.early = self.early.saturating_add(early);
        }
        self.repeated = self.repeated.saturating_add(count - early);
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
    fn wait(&mut self, mut start: u64, (at, packet): Place, mut bytes: &[u8]) {
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
