//! Four timestamps, and what they say.

use crate::ntp::packet::Packet;
use crate::ntp::timestamp::{Timestamp, rounded};
use crate::time::FileTime;
use crate::time::duration::Nanos;

/// A question and its answer (RFC 5905 §8).
///
/// All differences are taken modulo 2³² s, so two clocks more than 68 years apart seem nearer than
/// they are: no client of this protocol can know better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// T1: the client's clock when it asked.
    pub asked: Timestamp,
    /// T2: the server's clock when it was asked.
    pub received: Timestamp,
    /// T3: the server's clock when it answered.
    pub answered: Timestamp,
    /// T4: the client's clock when the answer came.
    pub came: Timestamp,
}

impl Exchange {
    /// The exchange that `answer` ended when the client's clock read `came`.
    pub fn new(answer: &Packet, came: FileTime) -> Self {
        Self {
            asked: answer.origin,
            received: answer.receive,
            answered: answer.transmit,
            came: Timestamp::of(came),
        }
    }

    /// θ: what the client must add to its clock to read the server's time, to the nearest tick.
    pub fn offset(&self) -> Nanos {
        let there = i128::from(self.received.since(self.asked));
        let back = i128::from(self.answered.since(self.came));
        length(there + back, 1 << 33)
    }

    /// δ: how long the packets were under way, there and back, to the nearest tick.
    ///
    /// Negative where a clock was turned meanwhile.
    pub fn delay(&self) -> Nanos {
        let whole = i128::from(self.came.since(self.asked));
        let inside = i128::from(self.answered.since(self.received));
        length(whole - inside, 1 << 32)
    }
}

/// `units` / `a_second` seconds as nanoseconds on the grain of a tick.
fn length(units: i128, a_second: i128) -> Nanos {
    let ticks = rounded(units * 10_000_000, a_second);
    Nanos(i64::try_from(ticks * 100).unwrap_or(if ticks < 0 { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn exchange(readings: [u64; 4]) -> [FileTime; 4] {
        let [a, b, c, d] = readings;
        [FileTime(a), FileTime(b), FileTime(c), FileTime(d)]
    }

    fn of(readings: [FileTime; 4]) -> Exchange {
        let [asked, received, answered, came] = readings.map(Timestamp::of);
        Exchange { asked, received, answered, came }
    }

    #[test]
    fn the_offset_is_the_servers_time_less_the_clients() {
        // Asked at 100 s, one second each way, the server 50 s ahead and 2 s about it.
        let s = 10_000_000;
        let found = of(exchange([100 * s, 151 * s, 153 * s, 104 * s]));
        assert_eq!((found.offset(), found.delay()), (Nanos::seconds(50), Nanos::seconds(2)));
        let found = of(exchange([153 * s, 104 * s, 104 * s, 155 * s]));
        assert_eq!((found.offset(), found.delay()), (Nanos::seconds(-50), Nanos::seconds(2)));
    }

    proptest! {
        /// Whatever the era, and whatever lies between the two clocks up to 68 years.
        #[test]
        fn an_even_way_gives_the_offset_to_the_tick(
            client in (1_u64 << 56)..(u64::MAX - (1 << 56)),
            ahead: bool,
            apart in 0_u64..21_000_000_000_000_000,
            way in 0_u64..600_000_000,
            inside in 0_u64..600_000_000,
        ) {
            let server = |t: u64| if ahead { t + apart } else { t - apart };
            let found = of(exchange([
                client,
                server(client + way),
                server(client + way + inside),
                client + 2 * way + inside,
            ]));
            let apart = i64::try_from(apart).unwrap() * 100;
            prop_assert_eq!(found.offset(), Nanos(if ahead { apart } else { -apart }));
            prop_assert_eq!(found.delay(), Nanos(i64::try_from(2 * way).unwrap() * 100));
        }

        #[test]
        fn any_four_timestamps_have_an_offset_and_a_delay(a: u64, b: u64, c: u64, d: u64) {
            let [asked, received, answered, came] = [a, b, c, d].map(Timestamp);
            let found = Exchange { asked, received, answered, came };
            prop_assert_eq!(found.offset().0 % 100, 0);
            let _ = found.delay();
        }
    }
}
