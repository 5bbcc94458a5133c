//! Whether a rule's selectors hold, and if not, which is in the way.

use kms_proto::time::duration::Nanos;

use crate::fault::chance::Chance;
use crate::fault::when::{Outage, Over, Since, Slot, When, Word};

/// Holds what counts to one thing: `ordinal` is which it is for the rule, from 1; `exchange` which
/// of the host's calls it belongs to, 0 for none.
///
/// # Errors
///
/// What is in the way.
pub(crate) fn counting(when: &When, ordinal: u64, exchange: u64) -> Result<(), String> {
    if let Some(first) = when.first
        && ordinal > first
    {
        return Err(format!("the first {first} are over, this is {ordinal}"));
    }
    if let Some(nth) = &when.nth
        && !nth.picks(ordinal)
    {
        return Err(format!("nth is {nth}, this is {ordinal}"));
    }
    if let Some(every) = when.every {
        let offset = when.offset.unwrap_or(every);
        if ordinal < offset || !(ordinal - offset).is_multiple_of(every.max(1)) {
            return Err(format!("every {every} from {offset}, this is {ordinal}"));
        }
    }
    if let Some(sequence) = &when.sequence
        && word(sequence, ordinal, when.cycle) == Word::Ok
    {
        return Err(format!("the sequence says ok for {ordinal}"));
    }
    match when.slot {
        Some(slot) if !turn(slot, exchange) => Err("it is another's turn".to_owned()),
        _ => Ok(()),
    }
}

/// The word of a script; nothing fails after its end.
fn word(sequence: &[Word], ordinal: u64, cycle: bool) -> Word {
    let length = u64::try_from(sequence.len()).unwrap_or(u64::MAX).max(1);
    let at = ordinal.saturating_sub(1);
    let at = if cycle { at % length } else { at };
    let word = usize::try_from(at).ok().and_then(|at| sequence.get(at));
    word.copied().unwrap_or(Word::Ok)
}

/// Whether the cycle is at this place.
fn turn(slot: Slot, exchange: u64) -> bool {
    let Some(before) = exchange.checked_sub(1) else { return false };
    let place = match slot.over {
        Over::All => before,
        Over::AllBut(n) if exchange.is_multiple_of(n.max(1)) => return false,
        Over::AllBut(n) => before - exchange / n.max(1),
        Over::Every(n) if !exchange.is_multiple_of(n.max(1)) => return false,
        Over::Every(n) => (exchange / n.max(1)).saturating_sub(1),
    };
    place % slot.of.max(1) == slot.at
}

/// Whether chance has it.
///
/// # Errors
///
/// What is in the way.
pub(crate) fn chance(
    when: &When,
    chance: &Chance<'_>,
    name: &str,
    now: Nanos,
) -> Result<(), String> {
    if let Some(outage) = when.outage {
        let share = share(outage, now);
        if !chance.happens(share, &format!("outage{name}")) {
            return Err(format!("the outage is at {:.0} % now", share * 100.0));
        }
    }
    match when.prob {
        Some(prob) if !chance.happens(prob, &format!("prob{name}")) => {
            Err(format!("prob {prob} drew no"))
        }
        _ => Ok(()),
    }
}

/// How much of everything fails at this moment of an outage.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a share needs no more than 53 bits"
)]
fn share(outage: Outage, now: Nanos) -> f64 {
    let (into, length, ramp) = (now.0 - outage.start.0.0, outage.length.0.0, outage.ramp.0.0);
    if into < 0 || into >= length {
        return 0.0;
    }
    let edge = into.min(length - into);
    if edge >= ramp { 1.0 } else { edge as f64 / ramp as f64 }
}

/// Whether the clock has the rule armed; `heard` is when the journal told of `after`'s and of
/// `until`'s event, where they wait for one.
///
/// # Errors
///
/// What is in the way.
pub(crate) fn armed(
    when: &When,
    heard: (Option<Nanos>, Option<Nanos>),
    now: Nanos,
) -> Result<(), String> {
    match (&when.after, heard.0) {
        (Some(Since::Time(from)), _) if now < from.0 => {
            return Err(format!("armed from {}", from.0));
        }
        (Some(Since::Journal(word)), None) => {
            return Err(format!("armed from the first {}", word.journal));
        }
        _ => {}
    }
    match (&when.until, heard.1) {
        (Some(Since::Time(end)), _) if end.0 <= now => {
            return Err(format!("over since {}", end.0));
        }
        (Some(Since::Journal(word)), Some(at)) if at <= now => {
            return Err(format!("over since the first {}", word.journal));
        }
        _ => {}
    }
    match when.window {
        Some((from, _)) if now < from.0 => Err(format!("window starts at {}", from.0)),
        Some((_, end)) if end.0 <= now => Err(format!("window ended at {}", end.0)),
        _ => Ok(()),
    }
}

/// The next moment after `now` at which [`armed`] may say something else.
pub(crate) fn next_change(when: &When, now: Nanos) -> Option<Nanos> {
    let time = |since: &Option<Since>| match since {
        Some(Since::Time(at)) => Some(at.0),
        _ => None,
    };
    let window = when.window.map(|(from, end)| [from.0, end.0]).into_iter().flatten();
    let edges = [time(&when.after), time(&when.until)].into_iter().flatten().chain(window);
    edges.filter(|edge| now < *edge).min()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn when(value: Value) -> When {
        serde_json::from_value(value).unwrap()
    }

    fn picked(value: Value) -> Vec<u64> {
        let when = when(value);
        (1..=10).filter(|ordinal| counting(&when, *ordinal, 0).is_ok()).collect()
    }

    #[test]
    fn counting_selectors_pick_ordinals() {
        assert_eq!(picked(json!({"first": 2})), [1, 2]);
        assert_eq!(picked(json!({"nth": [2, 5]})), [2, 5]);
        assert_eq!(picked(json!({"nth": "9.."})), [9, 10]);
        assert_eq!(picked(json!({"every": 4})), [4, 8]);
        assert_eq!(picked(json!({"every": 4, "offset": 1})), [1, 5, 9]);
        assert_eq!(picked(json!({"every": 2, "first": 5})), [2, 4]);
        let sequence = json!({"sequence": ["ok", "ok", "fail"]});
        assert_eq!(picked(sequence), [3]);
        let cycled = json!({"sequence": ["ok", "ok", "fail"], "cycle": true});
        assert_eq!(picked(cycled), [3, 6, 9]);
    }

    #[test]
    fn times_are_armed_at_their_first_moment_and_over_at_their_last() {
        let hour = |h| Nanos::hours(h);
        let armed = |value, now| armed(&when(value), (None, None), now);
        assert!(armed(json!({"after": "1h"}), Nanos(hour(1).0 - 1)).is_err());
        assert!(armed(json!({"after": "1h"}), hour(1)).is_ok());
        assert!(armed(json!({"until": "1h"}), Nanos(hour(1).0 - 1)).is_ok());
        assert!(armed(json!({"until": "1h"}), hour(1)).is_err());
        let window = json!({"window": ["1h", "2h"]});
        assert_eq!(armed(window.clone(), hour(0)).unwrap_err(), "window starts at 1h");
        assert!(armed(window.clone(), hour(1)).is_ok());
        assert_eq!(armed(window.clone(), hour(2)).unwrap_err(), "window ended at 2h");
        assert_eq!(next_change(&when(window), hour(1)), Some(hour(2)));
    }

    #[test]
    fn an_outage_ramps_up_and_down() {
        let outage = when(json!({"outage": {"start": "10s", "for": "10s", "ramp": "2s"}})).outage;
        let share = |seconds| share(outage.unwrap(), Nanos::seconds(seconds));
        let percents = [9, 10, 11, 12, 17, 19, 20].map(|at| format!("{:.0}", share(at) * 100.0));
        assert_eq!(percents, ["0", "0", "50", "100", "100", "50", "0"]);
    }

    #[test]
    fn eight_exchanges_have_eight_places_in_every_cycle() {
        for over in [Over::All, Over::AllBut(5)] {
            let mut places = Vec::new();
            for exchange in (1..=10).filter(|e| over == Over::All || e % 5 != 0) {
                let here = |at: &u64| turn(Slot { of: 8, at: *at, over }, exchange);
                places.extend((0..8).filter(here));
            }
            let (first, rest) = places.split_at(8);
            assert_eq!(first, [0, 1, 2, 3, 4, 5, 6, 7]);
            assert_eq!(rest, &[0, 1][..rest.len()]);
        }
        let fifth = Slot { of: 3, at: 1, over: Over::Every(5) };
        assert_eq!((1..=30).filter(|e| turn(fifth, *e)).collect::<Vec<_>>(), [10, 25]);
    }
}
