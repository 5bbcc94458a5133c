//! One side of a connection: its PDUs, what is missing and its end, each told in its place.

use crate::capture::assembler::{Assembler, Piece, Place};
use crate::capture::found::Found;
use crate::capture::framer::{Framed, Framer};

/// Something that happened on a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is KMS: from here on it is told of.
    Found(Found),
    /// A PDU, or bytes that are none.
    Framed(Framed),
    /// So many bytes are not in the capture.
    Missing(u64),
    /// The side ends.
    End,
    /// The side breaks the connection off.
    Reset,
    /// It is followed no more, for want of room.
    GivenUp,
    /// Nothing more is told of it.
    Over,
}

/// A side, as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Half {
    assembler: Assembler,
    framer: Framer,
    /// Its end was told.
    ended: bool,
    /// It broke off at this place, to be told once all before that is here.
    reset: Option<(u64, Place)>,
    /// Resets that cannot be of this connection.
    stray: u64,
}

impl Half {
    /// Its first byte has this number.
    pub(super) const fn begin(&mut self, first: u32) {
        self.assembler.begin(first);
    }

    /// The number of its first byte, once it is known.
    pub(super) const fn first(&self) -> Option<u32> {
        self.assembler.first()
    }

    /// Whether the byte with this number cannot be one of it, being far from all that were.
    pub(super) fn is_far(&self, sequence: u32) -> bool {
        self.assembler.is_far(sequence)
    }

    /// Takes bytes from number `sequence` on, the last of all with `fin`.
    pub(super) fn segment(
        &mut self,
        (sequence, bytes, fin): (u32, &[u8], bool),
        place: Place,
        mut each: impl FnMut(Place, What),
    ) {
        let Self { assembler, framer, .. } = self;
        assembler.segment(sequence, place, bytes, |piece| take(framer, &piece, &mut each));
        if fin {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            assembler.ends(sequence.wrapping_add(length), place);
        }
        self.turned(place, &mut each);
    }

    /// The other side has received all before this number.
    pub(super) fn acknowledged(
        &mut self,
        sequence: u32,
        place: Place,
        mut each: impl FnMut(Place, What),
    ) {
        let Self { assembler, framer, .. } = self;
        assembler.acknowledged(sequence, place, |piece| take(framer, &piece, &mut each));
        self.turned(place, &mut each);
    }

    /// It breaks off at this number.
    pub(super) fn reset(&mut self, sequence: u32, place: Place, mut each: impl FnMut(Place, What)) {
        match self.assembler.reset(sequence) {
            Some(at) => self.reset = self.reset.or(Some((at, place))),
            None => self.stray += 1,
        }
        self.turned(place, &mut each);
    }

    /// Gives all that waits.
    pub(super) fn finish(&mut self, mut each: impl FnMut(Place, What)) {
        let Self { assembler, framer, .. } = self;
        assembler.finish(|piece| take(framer, &piece, &mut each));
        framer.finish(|left| each((left.at, left.packet), What::Framed(left)));
        if let Some(place) = self.assembler.end().filter(|_| !self.ended) {
            self.ended = true;
            each(place, What::End);
        }
        if let Some((_, place)) = self.reset.take() {
            each(place, What::Reset);
        }
    }

    /// Whether its end or a reset is known, if not yet in its place.
    pub(super) const fn is_ending(&self) -> bool {
        self.ended || self.reset.is_some() || self.assembler.end().is_some()
    }

    /// Whether a reset is known whose place has not come.
    pub(super) const fn is_breaking(&self) -> bool {
        self.reset.is_some()
    }

    /// What is kept of it costs so many bytes.
    pub(super) fn cost(&self) -> usize {
        self.assembler.cost() + self.framer.held()
    }

    /// Bytes that came more than once, bytes from before the first one known, and resets out of
    /// place.
    pub(super) const fn odd(&self) -> (u64, u64, u64) {
        (self.assembler.repeated(), self.assembler.early(), self.stray)
    }

    /// Tells an end or a reset whose place has come.
    fn turned(&mut self, place: Place, each: &mut impl FnMut(Place, What)) {
        if !self.ended && self.assembler.is_at_end() {
            self.ended = true;
            self.framer.finish(|left| each((left.at, left.packet), What::Framed(left)));
            each(place, What::End);
        }
        if self.reset.take_if(|(at, _)| *at <= self.assembler.next()).is_some() {
            self.framer.finish(|left| each((left.at, left.packet), What::Framed(left)));
            each(place, What::Reset);
        }
    }
}

/// Gives the PDUs that a piece completes, and what is missing before it.
fn take(framer: &mut Framer, piece: &Piece, each: &mut impl FnMut(Place, What)) {
    if piece.missing > 0 {
        framer.finish(|left| each((left.at, left.packet), What::Framed(left)));
        each((piece.at, piece.packet), What::Missing(piece.missing));
    }
    framer.piece(piece, |framed| each((framed.at, framed.packet), What::Framed(framed)));
}
