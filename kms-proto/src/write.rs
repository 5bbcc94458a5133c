//! The bytes being written, and the names of the fields they are.

use core::ops::Range;

use bytes::{BufMut, BytesMut};

use crate::order::Order;

/// Where one named field lies in the bytes a [`Writer`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The field's name in the specification.
    pub name: &'static str,
    /// The bytes it takes, counted from where the writer began.
    pub bytes: Range<usize>,
    /// How many structures it lies within.
    pub depth: usize,
}

/// Appends an encoding to a buffer, field by field.
///
/// Every field is written under its name, so the map of an encoding comes from the very code that
/// makes it: the dissector has no grammar of its own.
#[derive(Debug)]
pub struct Writer<'b> {
    out: &'b mut BytesMut,
    start: usize,
    order: Order,
    depth: usize,
    map: Option<Vec<Span>>,
}

impl<'b> Writer<'b> {
    /// A writer that appends to `out` with integers in `order`.
    pub fn new(out: &'b mut BytesMut, order: Order) -> Self {
        let start = out.len();
        Self { out, start, order, depth: 0, map: None }
    }

    /// A writer that also keeps the map of what it writes.
    pub fn mapped(out: &'b mut BytesMut, order: Order) -> Self {
        Self { map: Some(Vec::new()), ..Self::new(out, order) }
    }

    /// The byte order of the integers written.
    pub const fn order(&self) -> Order {
        self.order
    }

    /// How many bytes this writer has written.
    pub fn written(&self) -> usize {
        self.out.len().saturating_sub(self.start)
    }

    /// Writes one byte.
    #[inline]
    pub fn u8(&mut self, name: &'static str, value: u8) {
        self.bytes(name, &[value]);
    }

    /// Writes two bytes.
    #[inline]
    pub fn u16(&mut self, name: &'static str, value: u16) {
        match self.order {
            Order::Little => self.bytes(name, &value.to_le_bytes()),
            Order::Big => self.bytes(name, &value.to_be_bytes()),
        }
    }

    /// Writes four bytes.
    #[inline]
    pub fn u32(&mut self, name: &'static str, value: u32) {
        match self.order {
            Order::Little => self.bytes(name, &value.to_le_bytes()),
            Order::Big => self.bytes(name, &value.to_be_bytes()),
        }
    }

    /// Writes eight bytes.
    #[inline]
    pub fn u64(&mut self, name: &'static str, value: u64) {
        match self.order {
            Order::Little => self.bytes(name, &value.to_le_bytes()),
            Order::Big => self.bytes(name, &value.to_be_bytes()),
        }
    }

    /// Writes `bytes` as they are. An empty field leaves no mark on the map.
    #[inline]
    pub fn bytes(&mut self, name: &'static str, bytes: &[u8]) {
        self.out.put_slice(bytes);
        if self.map.is_some() && !bytes.is_empty() {
            self.mark(name, bytes.len());
        }
    }

    /// Puts the field just written on the map.
    // Apart from `bytes`, which is inlined where a field's length is known.
    #[cold]
    fn mark(&mut self, name: &'static str, length: usize) {
        let end = self.written();
        let bytes = end.saturating_sub(length)..end;
        if let Some(map) = &mut self.map {
            map.push(Span { name, bytes, depth: self.depth });
        }
    }

    /// Writes zeros under `name` until what was written since `from` is a multiple of `align`.
    pub fn pad(&mut self, name: &'static str, from: usize, align: usize) {
        const ZEROS: [u8; 16] = [0; 16];
        let since = self.written().saturating_sub(from);
        let missing = since.next_multiple_of(align.clamp(1, 16)).saturating_sub(since);
        self.bytes(name, ZEROS.get(..missing).unwrap_or_default());
    }

    /// Writes what `body` writes, one level deeper, under one name.
    pub fn group(&mut self, name: &'static str, body: impl FnOnce(&mut Self)) {
        let (index, start, depth) =
            (self.map.as_ref().map_or(0, Vec::len), self.written(), self.depth);
        if let Some(map) = &mut self.map {
            map.push(Span { name, bytes: start..start, depth });
        }
        self.depth = depth.saturating_add(1);
        body(self);
        self.depth = depth;
        let end = self.written();
        if let Some(span) = self.map.as_mut().and_then(|map| map.get_mut(index)) {
            span.bytes.end = end;
        }
    }

    /// Overwrites two bytes already written at `at`, counted from where the writer began.
    ///
    /// For lengths that are known only once the rest is written; past the end it does nothing.
    pub fn patch_u16(&mut self, at: usize, value: u16) {
        let bytes = match self.order {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        };
        let from = self.start.saturating_add(at);
        if let Some(place) = self.out.get_mut(from..from.saturating_add(2)) {
            place.copy_from_slice(&bytes);
        }
    }

    /// Gives up the map of the fields written; empty unless the writer was [`mapped`](Self::mapped).
    pub fn into_map(self) -> Vec<Span> {
        self.map.unwrap_or_default()
    }
}
