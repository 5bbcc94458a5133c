//! Why a request was refused, in a form that costs nothing until it is read.

use core::fmt;

use kms_proto::error::DecodeError;
use kms_proto::guid::Uuid;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::{Compare, Window};
use kms_proto::time::{FileTime, Skew};

/// The rule that refused, with the values it compared. Its text is made when it is displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The host was told to refuse everything.
    Scripted,
    /// The host has no KMS enabled.
    NotEnabled,
    /// The host itself is not activated.
    NotActivated,
    /// The client's time is outside the window.
    Skew {
        /// The skew on the grain it was compared on.
        skew: Skew,
        /// The window it lies outside of.
        window: Window,
        /// The grain.
        compare: Compare,
    },
    /// The N policy asks for more clients than any product does.
    NPolicy {
        /// What the request asks for.
        n: u32,
        /// The most this host takes.
        limit: u32,
    },
    /// The machine's name has no NUL behind it, or more than NULs.
    UntidyName,
    /// The same machine sealed a request under this IV before.
    SaltAgain,
    /// The same machine's request before had this client time too.
    TimeAgain(FileTime),
    /// The same machine's request before is not long enough ago.
    TooSoon {
        /// Ticks since then.
        passed: u64,
        /// Minutes it was told to wait.
        interval: u32,
    },
    /// The product group is not among those served.
    Product(Uuid),
    /// The request is not sealed with this realm's keys.
    Foreign,
    /// The message is no request.
    Malformed(DecodeError),
}

/// One clause without a full stop: `skew +4h59m59.999988s exceeds 4h`.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scripted => f.write_str("the host is told to refuse with this code"),
            Self::NotEnabled => f.write_str("KMS is not enabled on the host"),
            Self::NotActivated => f.write_str("the host itself is not activated"),
            Self::Skew { skew, window, compare } => {
                write!(f, "skew {skew} exceeds ")?;
                edge(f, *skew, *window)?;
                match compare {
                    Compare::Filetime => Ok(()),
                    Compare::Seconds => f.write_str(" in whole seconds"),
                }
            }
            Self::NPolicy { n, limit } => write!(f, "N policy {n} exceeds {limit}"),
            Self::UntidyName => f.write_str("the machine's name is not padded with NULs alone"),
            Self::SaltAgain => f.write_str("the IV is that of a request of this machine before"),
            Self::TimeAgain(time) => {
                write!(f, "the client time {time} is that of this machine's request before")
            }
            Self::TooSoon { passed, interval } => {
                let (passed, interval) = (ticks(*passed), Nanos::minutes((*interval).into()));
                write!(f, "{passed} after this machine's request before, not {interval}")
            }
            Self::Product(id) => write!(f, "product group {id} is not served"),
            Self::Foreign => f.write_str("not sealed with this realm's keys"),
            Self::Malformed(error) => write!(f, "{error}"),
        }
    }
}

/// A length in ticks, held at the longest there is.
fn ticks(ticks: u64) -> Nanos {
    Nanos(i64::try_from(ticks).unwrap_or(i64::MAX).saturating_mul(100))
}

impl serde::Serialize for Why {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The edge of the window that a skew is beyond: `4h` where both are alike, else `-30m` or `+4h`.
fn edge(f: &mut fmt::Formatter<'_>, skew: Skew, window: Window) -> fmt::Result {
    match window {
        Window::Within { behind, ahead } if behind != ahead => {
            if skew.ticks < 0 {
                write!(f, "-{behind}")
            } else {
                write!(f, "+{ahead}")
            }
        }
        either_way => write!(f, "{either_way}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skew(ticks: i128, window: &str, compare: Compare) -> String {
        let window = window.parse().unwrap();
        Why::Skew { skew: Skew { ticks }, window, compare }.to_string()
    }

    #[test]
    fn a_skew_is_told_with_the_edge_it_is_beyond() {
        let ticks = 179_999_999_880;
        assert_eq!(skew(ticks, "4h", Compare::Filetime), "skew +4h59m59.999988s exceeds 4h");
        assert_eq!(
            skew(-ticks, "-30m..+4h", Compare::Filetime),
            "skew -4h59m59.999988s exceeds -30m"
        );
        assert_eq!(
            skew(180_000_000_000, "-30m..+4h", Compare::Seconds),
            "skew +5h exceeds +4h in whole seconds"
        );
    }
}
