//! What is to happen, in the order it will.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use kms_proto::time::Moment;

/// Events by moment; those of one moment in the order they were put in, those put last after all
/// others of it, whenever these were put in.
///
/// No two events compare equal, so the order never depends on how a heap is laid out. The heap holds
/// only when each happens and where it is kept: thousands that wait are looked through in little
/// memory.
#[derive(Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Reverse<(When, usize)>>,
    events: Vec<Option<E>>,
    free: Vec<usize>,
    ordinal: u64,
}

/// The moment; whether it is put last; the order it was put in.
type When = (Moment, bool, u64);

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), events: Vec::new(), free: Vec::new(), ordinal: 0 }
    }
}

impl<E> Queue<E> {
    /// Has `event` happen at `at`, after all that was put there before.
    pub fn put(&mut self, at: Moment, event: E) {
        self.push(at, false, event);
    }

    /// Has `event` happen at `at`, once nothing else is left to happen then.
    pub fn put_last(&mut self, at: Moment, event: E) {
        self.push(at, true, event);
    }

    fn push(&mut self, at: Moment, last: bool, event: E) {
        let free = self.free.pop();
        let place = free.unwrap_or(self.events.len());
        match self.events.get_mut(place) {
            Some(kept) => *kept = Some(event),
            None => self.events.push(Some(event)),
        }
        self.heap.push(Reverse(((at, last, self.ordinal), place)));
        self.ordinal = self.ordinal.saturating_add(1);
    }

    /// The moment of the next event.
    pub fn next_at(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse(((at, ..), _))| *at)
    }

    /// The next event and its moment, without taking it.
    pub fn peek(&self) -> Option<(Moment, &E)> {
        let Reverse(((at, ..), place)) = self.heap.peek()?;
        self.events.get(*place)?.as_ref().map(|event| (*at, event))
    }

    /// The next event.
    pub fn take(&mut self) -> Option<(Moment, E)> {
        let Reverse(((at, ..), place)) = self.heap.pop()?;
        let event = self.events.get_mut(place)?.take()?;
        self.free.push(place);
        Some((at, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_comes_first_and_equals_in_the_order_they_were_put() {
        let mut queue = Queue::default();
        for (at, name) in [(2, 'c'), (1, 'a'), (2, 'd'), (1, 'b'), (2, 'e')] {
            queue.put(Moment(at), name);
        }
        assert_eq!(queue.next_at(), Some(Moment(1)));
        assert_eq!(queue.peek(), Some((Moment(1), &'a')));
        let order: String = std::iter::from_fn(|| queue.take()).map(|(_, name)| name).collect();
        assert_eq!(order, "abcde");
    }

    #[test]
    fn what_is_put_last_waits_for_all_else_of_its_moment() {
        let mut queue = Queue::default();
        queue.put_last(Moment(1), 'y');
        queue.put_last(Moment(1), 'z');
        queue.put(Moment(1), 'a');
        queue.put(Moment(2), 'c');
        assert_eq!(queue.take(), Some((Moment(1), 'a')));
        queue.put(Moment(1), 'b');
        let order: String = std::iter::from_fn(|| queue.take()).map(|(_, name)| name).collect();
        assert_eq!(order, "byzc");
    }
}
