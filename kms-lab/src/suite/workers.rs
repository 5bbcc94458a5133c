//! Does many things on several threads, and hands over what came of them in their own order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Does `work` for each of `count` places; `take` gets what came of it in the order of the places.
///
/// Each piece of work is done on one thread from beginning to end, so that how many there are
/// changes nothing but how long it takes.
///
/// # Errors
///
/// The first error of `take`; work that was not begun is then left undone.
pub fn each<T: Send, E>(
    count: usize,
    threads: usize,
    work: &(dyn Fn(usize) -> T + Sync),
    take: &mut dyn FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, count.max(1)) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    // Nobody listens any more: the rest is not wanted.
                    if place >= count || sender.send((place, work(place))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        for (place, done) in receiver {
            waiting.insert(place, done);
            while let Some(done) = waiting.remove(&turn) {
                let taken = take(turn, done);
                turn += 1;
                if taken.is_err() {
                    next.store(count, Ordering::Relaxed);
                    return taken;
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_comes_in_order_from_any_number_of_threads() {
        for threads in [1, 4] {
            let mut taken = Vec::new();
            let mut take = |place, square| {
                taken.push((place, square));
                Ok::<(), ()>(())
            };
            each(100, threads, &|place| place * place, &mut take).unwrap();
            assert_eq!(taken, (0..100).map(|n| (n, n * n)).collect::<Vec<_>>());
        }
        let stops = each(100, 2, &|place| place, &mut |place, _| {
            if place < 3 { Ok(()) } else { Err(place) }
        });
        assert_eq!(stops, Err(3));
    }
}
