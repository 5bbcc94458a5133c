//! Stubs cut into pieces a peer can receive (C706 §12.6.2).

use crate::rpc::header::{self, Flags};
use crate::rpc::request::Request;
use crate::rpc::response::{self, Response};

/// One piece of a stub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// `FIRST` on the first piece, `LAST` on the last.
    pub flags: Flags,
    /// Bytes of stub in this and all later pieces.
    pub left: u32,
    /// The bytes.
    pub stub: &'a [u8],
}

/// The pieces of a stub, in order; an empty stub makes one empty piece.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    rest: Option<&'a [u8]>,
    room: usize,
    first: Flags,
}

impl<'a> Pieces<'a> {
    /// Cuts `stub` for PDUs of at most `max_frag` bytes, `before` of which stand before the stub.
    ///
    /// Every piece but the last is a multiple of 8 bytes long, and not empty: a limit that leaves
    /// no room for 8 bytes is taken as one that does.
    pub const fn new(stub: &'a [u8], max_frag: usize, before: usize) -> Self {
        let room = max_frag.saturating_sub(before);
        let room = if room < 8 { 8 } else { room };
        Self { rest: Some(stub), room, first: Flags::FIRST }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.rest?;
        let left = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        let first = core::mem::take(&mut self.first);
        if rest.len() <= self.room {
            self.rest = None;
            return Some(Piece { flags: first.with(Flags::LAST), left, stub: rest });
        }
        let (stub, rest) = rest.split_at_checked(self.room & !7)?;
        self.rest = Some(rest);
        Some(Piece { flags: first, left, stub })
    }
}

/// The requests that carry `call`'s stub to a peer that receives `max_frag` bytes, with the
/// flags of each.
pub fn requests(call: Request<'_>, max_frag: usize) -> impl Iterator<Item = (Flags, Request<'_>)> {
    Pieces::new(call.stub, max_frag, header::SIZE + call.before_stub()).map(move |piece| {
        (piece.flags, Request { alloc_hint: piece.left, stub: piece.stub, ..call })
    })
}

/// The responses that carry `answer`'s stub to a peer that receives `max_frag` bytes, with the
/// flags of each.
pub fn responses(
    answer: Response<'_>,
    max_frag: usize,
) -> impl Iterator<Item = (Flags, Response<'_>)> {
    Pieces::new(answer.stub, max_frag, header::SIZE + response::FIXED).map(move |piece| {
        (piece.flags, Response { alloc_hint: piece.left, stub: piece.stub, ..answer })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_but_the_last_are_multiples_of_eight() {
        let stub = [7; 50];
        let cut = |max_frag| {
            Pieces::new(&stub, max_frag, 24)
                .map(|piece| (piece.flags.0, piece.left, piece.stub.len()))
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(74), [(3, 50, 50)]);
        assert_eq!(cut(73), [(1, 50, 48), (2, 2, 2)]);
        assert_eq!(cut(47), [(1, 50, 16), (0, 34, 16), (2, 18, 18)]);
        assert_eq!(cut(0).len(), 7);
    }

    #[test]
    fn an_empty_stub_makes_one_piece() {
        let pieces: Vec<_> = Pieces::new(&[], 1432, 24).collect();
        assert_eq!(pieces, [Piece { flags: Flags::WHOLE, left: 0, stub: &[] }]);
    }
}
