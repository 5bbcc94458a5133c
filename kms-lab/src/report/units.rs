//! Numbers as people read them.

use std::time::Duration;

use kms_proto::time::duration::Nanos;

const SECOND: u64 = 1_000_000_000;

/// Units above a second, from large to small.
const UNITS: [(&str, u64); 4] =
    [("d", 86_400 * SECOND), ("h", 3_600 * SECOND), ("m", 60 * SECOND), ("s", SECOND)];

/// A length as its two largest units: `9d`, `9d4h`, `1h30m`, `42s`; below a second as it is.
pub fn span(length: Nanos) -> String {
    span_with(length, "")
}

/// As [`span`], with blanks between the units: `9d 4h`.
pub fn span_apart(length: Nanos) -> String {
    span_with(length, " ")
}

fn span_with(length: Nanos, between: &str) -> String {
    let nanos = length.0.unsigned_abs();
    let sign = if length.0 < 0 { "-" } else { "" };
    let Some(first) = UNITS.iter().position(|(_, size)| nanos >= *size) else {
        return length.to_string();
    };
    let mut rest = nanos;
    let mut parts = Vec::with_capacity(2);
    for (unit, size) in UNITS.iter().skip(first).take(2) {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count}{unit}"));
        }
    }
    format!("{sign}{}", parts.join(between))
}

/// A stopwatch's reading in nine or more columns: `    6.1 ms`, `   12.3 s `.
pub fn stopwatch(length: Nanos) -> String {
    let nanos = length.0.max(0);
    let (tenths, unit) = if nanos < 10_000_000_000 {
        ((nanos + 50_000) / 100_000, "ms")
    } else {
        ((nanos + 50_000_000) / 100_000_000, "s ")
    };
    format!("{:>7} {unit}", format!("{}.{}", tenths / 10, tenths % 10))
}

/// Seconds with two decimals: `0.02`.
pub fn seconds_text(length: Nanos) -> String {
    let hundredths = (length.0.max(0) + 5_000_000) / 10_000_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A number in groups of three: `39 600 000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A number to three digits: more would claim what a stopwatch cannot know.
pub fn three_digits(number: u64) -> u64 {
    let mut unit: u64 = 1;
    while number / unit >= 1000 {
        unit = unit.saturating_mul(10);
    }
    (number / unit + u64::from(number % unit * 2 >= unit && unit > 1)).saturating_mul(unit)
}

/// How often `wall` goes into `sim`; `None` where no time passed on the wall.
pub fn ratio(sim: Nanos, wall: Nanos) -> Option<u64> {
    u64::try_from(sim.0.max(0)).ok()?.checked_div(u64::try_from(wall.0.max(0)).ok()?)
}

/// `count` of them, in one form or the other.
pub fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// As seconds, for machines.
pub fn seconds(length: Nanos) -> f64 {
    let length_of = Duration::from_nanos(length.0.unsigned_abs()).as_secs_f64();
    if length.0 < 0 { -length_of } else { length_of }
}

/// `count` in each second of `wall`; `None` where no time passed.
pub fn rate(count: u64, wall: Nanos) -> Option<f64> {
    (wall.0 > 0).then(|| float(count.into()) / seconds(wall))
}

/// The nearest double.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "rounding is what is asked")]
pub const fn float(number: i128) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (nanos, text) in [
            (0, "0"),
            (1_500_000, "1.5ms"),
            (42_000_000_000, "42s"),
            (5_400_000_000_000, "1h30m"),
            (3_605_000_000_000, "1h"),
            (172_800_000_000_000, "2d"),
            (-792_000_000_000_000, "-9d4h"),
        ] {
            assert_eq!(span(Nanos(nanos)), text);
        }
        assert_eq!(span_apart(Nanos(792_000_000_000_000)), "9d 4h");
    }

    #[test]
    fn stopwatches_keep_their_width() {
        for (nanos, text) in [
            (6_123_000, "    6.1 ms"),
            (49_999, "    0.0 ms"),
            (9_999_940_000, " 9999.9 ms"),
            (12_345_000_000, "   12.3 s "),
        ] {
            assert_eq!(stopwatch(Nanos(nanos)), text);
        }
        assert_eq!(seconds_text(Nanos(19_960_000)), "0.02");
    }

    #[test]
    fn numbers() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1 000"), (39_600_000, "39 600 000")]
        {
            assert_eq!(grouped(number), text);
        }
        for (number, rounded) in [(0, 0), (999, 999), (1234, 1230), (1235, 1240), (39_649, 39_600)]
        {
            assert_eq!(three_digits(number), rounded);
        }
        assert_eq!(three_digits(u64::MAX), 18_400_000_000_000_000_000);
        assert_eq!(ratio(Nanos::hours(2), Nanos::seconds(2)), Some(3600));
        assert_eq!(ratio(Nanos::hours(2), Nanos(0)), None);
    }
}
