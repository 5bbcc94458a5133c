//! When a machine asks which of its servers, and when it gives up.

use kms_proto::time::duration::Nanos;

/// When a machine asks, counted from the start; as the DNS client of Windows does
/// (learn.microsoft.com, "DNS client resolution timeouts").
const ROUNDS: [Nanos; 5] =
    [Nanos::seconds(0), Nanos::seconds(1), Nanos::seconds(2), Nanos::seconds(4), Nanos::seconds(8)];

/// From which round on all servers are asked at once.
const ALL_FROM: usize = 3;

/// When a machine gives up that no server has answered.
pub const GIVE_UP: Nanos = Nanos::seconds(10);

/// How long a transfer over TCP may take, where an answer did not fit into a datagram.
pub const TCP: Nanos = Nanos::seconds(5);

/// When to ask which of `servers` servers, by their places: first one after the other, then all.
pub fn schedule(servers: usize) -> impl Iterator<Item = (Nanos, usize)> {
    let rounds = (0..).zip(ROUNDS).filter(move |_| servers > 0);
    rounds.flat_map(move |(round, at): (usize, Nanos)| {
        let (first, count) = match round {
            ALL_FROM.. => (0, servers),
            round => (round.checked_rem(servers).unwrap_or(0), 1),
        };
        (first..first.saturating_add(count)).map(move |server| (at, server))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_is_asked_five_times_and_several_in_turn() {
        let asked = |servers| {
            let asked = schedule(servers).map(|(at, server)| (at.0 / 1_000_000_000, server));
            asked.collect::<Vec<_>>()
        };
        assert_eq!(asked(0), []);
        assert_eq!(asked(1), [(0, 0), (1, 0), (2, 0), (4, 0), (8, 0)]);
        assert_eq!(asked(2), [(0, 0), (1, 1), (2, 0), (4, 0), (4, 1), (8, 0), (8, 1)]);
    }
}
