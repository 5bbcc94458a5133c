//! Lengths of time as w32tm writes them: seconds with seven decimals.

use core::fmt;

use kms_proto::time::duration::Nanos;

/// `0.0000009s`, `-6829.4511649s`: a sign before what is negative only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain(pub(super) Nanos);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, 1, "")
    }
}

/// `+00.0009583s`, `-6829.4511649s`: always a sign, at least two digits before the point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed(pub(super) Nanos);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, 2, "+")
    }
}

/// `+0.0000000s`, `-0.0063029s`: always a sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offset(pub(super) Nanos);

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, 1, "+")
    }
}

fn write(f: &mut fmt::Formatter<'_>, Nanos(nanos): Nanos, width: usize, plus: &str) -> fmt::Result {
    let ticks = nanos.unsigned_abs() / 100;
    let sign = if nanos < 0 { "-" } else { plus };
    write!(f, "{sign}{:0width$}.{:07}s", ticks / 10_000_000, ticks % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        for (nanos, plain, signed) in [
            (0, "0.0000000s", "+00.0000000s"),
            (958_300, "0.0009583s", "+00.0009583s"),
            (-1_300, "-0.0000013s", "-00.0000013s"),
            (-6_829_451_164_900, "-6829.4511649s", "-6829.4511649s"),
            (i64::MIN, "-9223372036.8547758s", "-9223372036.8547758s"),
        ] {
            assert_eq!(Plain(Nanos(nanos)).to_string(), plain);
            assert_eq!(Signed(Nanos(nanos)).to_string(), signed);
        }
    }
}
