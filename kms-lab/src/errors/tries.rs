//! What was true of each attempt, and what was shown of it.

use serde::Serialize;

use crate::errors::telling::{Happening, What};

/// A machine's attempt to activate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Try {
    /// The machine.
    pub machine: String,
    /// Which of its attempts, from 1.
    pub attempt: u64,
    /// What its clock showed.
    pub clock: String,
    /// What really came of it.
    pub result: String,
    /// What slmgr shows.
    pub shown: String,
    /// The host that judged it last; `None` where none did.
    pub host: Option<Counts>,
}

/// What a host counted when it had judged an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The host.
    pub id: String,
    /// Requests received.
    pub total: u64,
    /// Of those, failed.
    pub failed: u64,
}

/// The attempts among what happened, in the order they ended.
pub fn tries(happenings: &[Happening]) -> Vec<Try> {
    let mut judged: Vec<(&str, Counts)> = Vec::new();
    let mut tries = Vec::new();
    for Happening { computer, clock, what, .. } in happenings {
        match what {
            What::Judged { machine, total, failed, .. } => {
                let counts = Counts { id: computer.clone(), total: *total, failed: *failed };
                judged.retain(|(of, _)| of != machine);
                judged.push((machine, counts));
            }
            What::Tried { attempt, result, shown } => {
                let place = judged.iter().position(|(of, _)| of == computer);
                tries.push(Try {
                    machine: computer.clone(),
                    attempt: *attempt,
                    clock: clock.clone(),
                    result: result.clone(),
                    shown: shown.clone(),
                    host: place.map(|place| judged.remove(place).1),
                });
            }
            _ => {}
        }
    }
    tries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happening(computer: &str, what: What) -> Happening {
        Happening { at_ns: 0, computer: computer.to_owned(), clock: "now".to_owned(), what }
    }

    fn judged(machine: &str, total: u64) -> What {
        let (machine, decision, result) = (machine.to_owned(), "refused".to_owned(), String::new());
        What::Judged { machine, decision, result, why: None, total, failed: total }
    }

    fn tried(attempt: u64) -> What {
        What::Tried { attempt, result: "0x1".to_owned(), shown: "0x2".to_owned() }
    }

    #[test]
    fn an_attempt_has_the_counters_of_the_host_that_judged_it_last_if_one_did() {
        let happenings = [
            happening("a", judged("m", 4)),
            happening("b", judged("m", 7)),
            happening("b", judged("n", 8)),
            happening("m", tried(1)),
            happening("m", tried(2)),
            happening("n", tried(1)),
        ];
        let tries = tries(&happenings);
        let seen: Vec<_> = tries
            .iter()
            .map(|t| {
                (t.machine.as_str(), t.attempt, t.host.as_ref().map(|h| (h.id.as_str(), h.total)))
            })
            .collect();
        assert_eq!(seen, [("m", 1, Some(("b", 7))), ("m", 2, None), ("n", 1, Some(("b", 8)))]);
        assert_eq!((tries[0].result.as_str(), tries[0].shown.as_str()), ("0x1", "0x2"));
    }
}
