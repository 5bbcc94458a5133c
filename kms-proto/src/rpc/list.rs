//! A list whose length the wire counts in one byte.

use core::ops::Deref;

use crate::wire::{Order, Parsed, Wire};

/// The most items one byte counts.
pub const MAX: usize = 255;

/// At most 255 items: a list that can be built can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List8<T> {
    // INVARIANT: at most `MAX` items.
    items: Vec<T>,
}

impl<T> List8<T> {
    /// No items.
    pub const fn new() -> Self {
        Self { items: Vec::new() }
    }

    /// Appends an item.
    ///
    /// # Errors
    ///
    /// Gives the item back when the list holds 255.
    pub fn push(&mut self, item: T) -> Result<(), T> {
        if self.items.len() >= MAX {
            return Err(item);
        }
        self.items.push(item);
        Ok(())
    }

    /// How many items there are, as the wire says it.
    pub fn count(&self) -> u8 {
        u8::try_from(self.items.len()).unwrap_or(u8::MAX)
    }

    /// Reads `count` items, one after the other.
    ///
    /// # Errors
    ///
    /// When one of them is not well-formed.
    pub fn parse_items<'a>(input: &'a [u8], order: Order, count: u8) -> Parsed<'a, Self>
    where
        T: Wire<'a>,
    {
        // The count is not believed: an item is kept only once its bytes were there.
        let mut items = Vec::new();
        let mut rest = input;
        for _ in 0..count {
            let (after, item) = T::parse(rest, order)?;
            items.push(item);
            rest = after;
        }
        Ok((rest, Self { items }))
    }
}

impl<T> Default for List8<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for List8<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

/// Any array that fits; longer ones do not compile.
impl<T, const N: usize> From<[T; N]> for List8<T> {
    fn from(items: [T; N]) -> Self {
        const { assert!(N <= MAX, "one byte counts at most 255 items") };
        Self { items: items.into() }
    }
}

impl<T> TryFrom<Vec<T>> for List8<T> {
    type Error = Vec<T>;

    /// Gives the items back when there are more than 255.
    fn try_from(items: Vec<T>) -> Result<Self, Vec<T>> {
        if items.len() > MAX { Err(items) } else { Ok(Self { items }) }
    }
}

impl<'l, T> IntoIterator for &'l List8<T> {
    type Item = &'l T;
    type IntoIter = core::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hundred_and_fifty_five_items_fit_and_no_more() {
        let mut list = List8::try_from(vec![0; 254]).unwrap();
        assert_eq!((list.push(1), list.count()), (Ok(()), 255));
        assert_eq!(list.push(2), Err(2));
        assert!(List8::try_from(vec![0; 256]).is_err());
    }
}
