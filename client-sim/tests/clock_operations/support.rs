//! Clocks and operations, briefly.

use client_sim::clock::Clock;
use client_sim::clock::applied::Applied;
use client_sim::clock::operation::Operation;
use client_sim::clock::spec::ClockSpec;
use kms_proto::draw::Draw;
use kms_proto::time::Moment;
use kms_proto::time::duration::Nanos;
use serde_json::Value;

/// 2026-01-01T00:00:00Z.
pub(crate) const START: Moment = Moment(1_767_225_600_000_000_000);
pub(crate) const SECOND: i64 = 1_000_000_000;
pub(crate) const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

#[expect(clippy::expect_used, reason = "a test's clock strings are right")]
pub(crate) fn clock(text: &str) -> Clock {
    Clock::new(text.parse::<ClockSpec>().expect(text), START, Draw::new(42), "pc-7")
}

/// An operation as a scenario file has it.
pub(crate) fn read(table: Value) -> Result<Operation, String> {
    serde_json::from_value(table).map_err(|error| error.to_string())
}

pub(crate) fn apply(clock: &mut Clock, nanos: i64, table: Value) -> Applied {
    apply_at(clock, after(nanos), table)
}

#[expect(clippy::expect_used, reason = "a test's operations are right")]
pub(crate) fn apply_at(clock: &mut Clock, at: Moment, table: Value) -> Applied {
    clock.apply(at, &read(table).expect("an operation"))
}

pub(crate) fn after(nanos: i64) -> Moment {
    START.plus(Nanos(nanos))
}

/// What the clock is off, in nanoseconds, this long after the start.
pub(crate) fn off(clock: &Clock, nanos: i64) -> i128 {
    clock.peek(after(nanos)).injected.nanos()
}
