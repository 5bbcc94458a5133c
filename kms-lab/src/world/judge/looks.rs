//! Looks at exchanges.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::{Nanos, write_signed};
use kms_sim::decision::Decision;

use crate::scenario::expect::Which;
use crate::scenario::look::{Look, Wanted};
use crate::world::cast::Cast;
use crate::world::engine::World;
use crate::world::history::{Exchanged, Tried};
use crate::world::judge::unmet::{Span, Unmet};

/// A machine or group and a host, by id; anybody where `None`.
type Whose<'a> = (Option<&'a str>, Option<&'a str>);

/// The tries of a machine with a host that began and ended within a time, with their places.
pub(super) fn tries<'a>(
    world: &'a World,
    cast: &Cast,
    (machine, host): Whose<'_>,
    span: Span,
) -> Vec<(usize, &'a Tried)> {
    let machines = machine.map(|id| cast.machines(id));
    let host = host.map(|id| cast.host(id));
    let all = (0..).zip(&world.history.tries);
    all.filter(|(_, tried)| {
        machines.is_none_or(|machines| machines.contains(&tried.machine))
            && host.is_none_or(|host| tried.host == host)
            && span.from <= tried.began
            && tried.ended <= span.until
    })
    .collect()
}

/// The exchange a try came to, if a host judged it.
pub(super) fn exchange<'a>(world: &'a World, tried: &Tried) -> Option<&'a Exchanged> {
    world.history.exchanges.get(*tried.exchanges.last()?)
}

/// Holds the exchanges of a machine with a host to a look.
pub(super) fn exchanges(
    world: &World,
    cast: &Cast,
    whose: Whose<'_>,
    span: Span,
    (which, look): (Which, &Look),
) -> Result<(), Unmet> {
    let found = tries(world, cast, whose, span);
    let count = found.len();
    let none = || Unmet::new(format!("expected an exchange{}, there was none", of(whose)));
    let one = |place: Option<usize>| {
        let place = place.filter(|place| *place < count);
        let Some((_, tried)) = place.and_then(|place| found.get(place)) else {
            let few = format!("expected more exchanges{}, there were {count}", of(whose));
            return Err(if count == 0 { none() } else { Unmet::new(few) });
        };
        let differs = differs(world, tried, look);
        differs.map_or(Ok(()), |message| Err(shown_by(world, tried, message)))
    };
    match which {
        Which::First => one(Some(0)),
        Which::Last => one(Some(count.saturating_sub(1))),
        Which::Nth(n) => one(usize::try_from(n).ok().and_then(|n| n.checked_sub(1))),
        Which::All if count == 0 => Err(none()),
        Which::All => {
            for (ordinal, (_, tried)) in (1..).zip(&found) {
                if let Some(message) = differs(world, tried, look) {
                    let message = format!("exchange {ordinal} of {count}: {message}");
                    return Err(shown_by(world, tried, message));
                }
            }
            Ok(())
        }
        Which::None => {
            let such = found.iter().find(|(_, tried)| differs(world, tried, look).is_none());
            such.map_or(Ok(()), |(_, tried)| {
                let message = format!("expected no such exchange{}, there is one", of(whose));
                Err(shown_by(world, tried, message))
            })
        }
        Which::Some(bounds) => {
            let alike = found.iter().filter(|(_, tried)| differs(world, tried, look).is_none());
            let alike = u64::try_from(alike.count()).unwrap_or(u64::MAX);
            if bounds.holds(alike) {
                return Ok(());
            }
            let such = if *look == Look::default() { "" } else { "such " };
            let message = format!("expected {bounds} {such}exchanges{}, got {alike}", of(whose));
            Err(found.last().map_or_else(
                || Unmet::new(message.clone()),
                |(_, tried)| shown_by(world, tried, message.clone()),
            ))
        }
    }
}

/// ` of fast with host`.
fn of((machine, host): Whose<'_>) -> String {
    let machine = machine.map(|id| format!(" of {id}")).unwrap_or_default();
    let host = host.map(|id| format!(" with {id}")).unwrap_or_default();
    format!("{machine}{host}")
}

fn shown_by(world: &World, tried: &Tried, message: String) -> Unmet {
    let detail = match &tried.detail {
        Some(detail) => format!("{message} ({detail})"),
        None => message,
    };
    let witness = exchange(world, tried).map(|exchanged| Box::new(exchanged.exchange));
    Unmet { message: detail, witness }
}

/// How a try differs from a look: `expected result "ok", got 0xC004F06C`.
fn differs(world: &World, tried: &Tried, look: &Look) -> Option<String> {
    let outcome = &tried.outcome;
    let mut differences = Vec::new();
    let mut differ = |what: &str, wanted: String, got: String| {
        differences.push(format!("expected {what} {wanted}, got {got}"));
    };
    let code = |code: HResult| result_text(code);
    if let Some(wanted) = look.result.filter(|wanted| *wanted != outcome.code) {
        differ("result", code(wanted), code(outcome.code));
    }
    if let Some(wanted) = look.shown.filter(|wanted| *wanted != outcome.shown) {
        differ("shown", code(wanted), code(outcome.shown));
    }
    let exchanged = exchange(world, tried);
    if let Some(wanted) = look.decision
        && let Err((wanted, got)) = decided(wanted, exchanged)
    {
        differ("decision", wanted, got);
    }
    if let Some(Nanos(wanted)) = look.skew {
        let skew = exchanged.and_then(|exchanged| exchanged.exchange.skew());
        let off = skew.map(|skew| (skew.nanos() - i128::from(wanted)).unsigned_abs());
        if off.is_none_or(|off| off > u128::from(look.tolerance.0.unsigned_abs())) {
            let within = match look.tolerance {
                Nanos(0) => String::new(),
                tolerance => format!(" within {tolerance}"),
            };
            let got = skew.map_or("none on the wire".to_owned(), |skew| skew.to_string());
            differ("skew", format!("{}{within}", Signed(wanted)), got);
        }
    }
    if let Some(wanted) = look.count
        && !outcome.count.is_some_and(|count| wanted.holds(count.into()))
    {
        let got = outcome.count.map_or("none".to_owned(), |count| count.to_string());
        differ("count", wanted.to_string(), got);
    }
    if let Some(wanted) = &look.check
        && !outcome.failures.iter().any(|failed| failed.check == *wanted)
    {
        let got: Vec<&str> = outcome.failures.iter().map(|failed| failed.check.as_str()).collect();
        let got = if got.is_empty() { "none failed".to_owned() } else { got.join(", ") };
        differ("failed check", format!("{wanted:?}"), got);
    }
    if let Some(wanted) = &look.fault
        && !tried.faults.contains(wanted)
    {
        let got = if tried.faults.is_empty() { "none".to_owned() } else { tried.faults.join(", ") };
        differ("fault", format!("{wanted:?}"), got);
    }
    (!differences.is_empty()).then(|| differences.join("; "))
}

/// Whether the host decided so; else what was wanted, and what it decided.
fn decided(wanted: Wanted, exchanged: Option<&Exchanged>) -> Result<(), (String, String)> {
    let Some(exchanged) = exchanged else {
        return Err(("of a host".to_owned(), "none: no host judged it".to_owned()));
    };
    let exchange = &exchanged.exchange;
    let wanted = match wanted {
        Wanted::Granted => Decision::Granted,
        Wanted::Refused => Decision::Refused,
        Wanted::Foreign => Decision::Foreign,
        Wanted::ByWindow => {
            let client = exchange.client_time().unwrap_or_default();
            let skew = exchange.compare.skew(client, exchange.host_time);
            let inside = exchange.window.holds(skew);
            let result = if inside { HResult::OK } else { HResult::INVALID_TIMESTAMP };
            if exchange.result() == result {
                return Ok(());
            }
            let side = if inside { "inside" } else { "outside" };
            let wanted = format!("by-window ({}, as {skew} is {side})", result_text(result));
            return Err((wanted, result_text(exchange.result())));
        }
    };
    if exchange.decision == wanted {
        return Ok(());
    }
    Err((wanted.to_string(), exchange.decision.to_string()))
}

/// A result as files have it: `"ok"`, or the code.
pub(super) fn result_text(code: HResult) -> String {
    if code.is_ok() { "\"ok\"".to_owned() } else { code.to_string() }
}

/// Nanoseconds with their sign.
pub(super) struct Signed(pub(super) i64);

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_signed(f, self.0.into())
    }
}
