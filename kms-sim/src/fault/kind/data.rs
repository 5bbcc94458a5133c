//! `tcp.data`: what becomes of bytes on their way.

use kms_proto::time::duration::Nanos;
use serde::Deserialize;

use crate::fault::value::{Length, Size};

/// What goes wrong with the bytes of one answer, or of one PDU a client sends.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum DataKind {
    /// They come late.
    Latency {
        /// By how much, in the middle.
        median: Length,
        /// How the lateness is distributed.
        #[serde(default)]
        dist: Dist,
        /// Of `lognormal`: the standard deviation of its logarithm.
        sigma: Option<f64>,
        /// Of `uniform`: how far from the middle it goes; of `normal`: its standard deviation.
        spread: Option<Length>,
    },
    /// They come this many a second.
    Bandwidth {
        /// Bytes a second.
        rate: Size,
    },
    /// They come in pieces.
    Slice {
        /// Bytes of a piece.
        bytes: Size,
        /// Time between two pieces.
        #[serde(default)]
        gap: Length,
    },
    /// They come one by one.
    Dribble {
        /// Time between two bytes.
        gap: Length,
    },
    /// They come in one piece, whatever they were cut into before.
    Coalesce {},
    /// They stop.
    Stall {
        /// After this many bytes; after all of them where there are fewer.
        #[serde(default)]
        after: Size,
        /// For how long; for ever where it is not said.
        #[serde(rename = "for")]
        length: Option<Length>,
    },
    /// The sender ends its side, and takes what the other sends.
    HalfClose {
        /// After this many bytes; after all of them where it is not said.
        after: Option<Size>,
    },
    /// The connection is reset.
    Rst {
        /// After this many bytes; after all of them where there are fewer.
        #[serde(default)]
        after: Size,
    },
    /// The connection is closed.
    Close {
        /// After this many bytes; after all of them where it is not said.
        after: Option<Size>,
    },
    /// The rest is lost; the connection stays.
    Truncate {
        /// How many bytes come.
        keep: Size,
    },
    /// One byte changes.
    Corrupt {
        /// Which, counted from 0; drawn where it is not said.
        at: Option<Size>,
        /// The bit that turns over, 0 the lowest; 0 where neither is said.
        bit: Option<u8>,
        /// What the byte becomes.
        byte: Option<u8>,
    },
    /// Bytes that are no PDU come before them.
    Garbage {
        /// How many.
        bytes: Size,
    },
    /// They come twice.
    Duplicate {},
}

/// How a lateness is distributed around its median.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dist {
    /// Always the median.
    #[default]
    Constant,
    /// Evenly, to `spread` on either side.
    Uniform,
    /// Normally, with the standard deviation `spread`.
    Normal,
    /// So that its logarithm is normal with the standard deviation `sigma`.
    Lognormal,
}

impl DataKind {
    /// The names of the kinds, which are those of other stages too.
    pub(crate) const NAMES: [&'static str; 13] = [
        "latency",
        "bandwidth",
        "slice",
        "dribble",
        "coalesce",
        "stall",
        "half-close",
        "rst",
        "close",
        "truncate",
        "corrupt",
        "garbage",
        "duplicate",
    ];

    /// Holds the parameters to their ranges.
    pub(crate) fn check(&self) -> Result<(), String> {
        let none = |size: &Size, name| match size {
            Size(0) => Err(format!("{name} is at least \"1B\"")),
            Size(_) => Ok(()),
        };
        match self {
            Self::Latency { dist: Dist::Lognormal, sigma, .. }
                if !sigma.is_some_and(|sigma| (0.0..=10.0).contains(&sigma)) =>
            {
                Err("dist = \"lognormal\" needs sigma, 0 to 10".to_owned())
            }
            Self::Latency { dist: Dist::Uniform | Dist::Normal, spread: None, .. } => {
                Err("dist = \"uniform\" and \"normal\" need a spread".to_owned())
            }
            Self::Latency { dist: Dist::Constant, median: Length(Nanos(0)), .. } => {
                Err("median is at least \"100ns\"".to_owned())
            }
            Self::Latency { dist, sigma: Some(_), .. } if *dist != Dist::Lognormal => {
                Err("sigma belongs to dist = \"lognormal\"".to_owned())
            }
            Self::Latency { dist: Dist::Constant | Dist::Lognormal, spread: Some(_), .. } => {
                Err("spread belongs to dist = \"uniform\" and \"normal\"".to_owned())
            }
            Self::Bandwidth { rate } => none(rate, "rate"),
            Self::Slice { bytes, .. } | Self::Garbage { bytes } => none(bytes, "bytes"),
            Self::Corrupt { bit: Some(8..), .. } => Err("bit is 0 to 7".to_owned()),
            Self::Corrupt { bit: Some(_), byte: Some(_), .. } => {
                Err("a byte is changed by bit or by byte, not by both".to_owned())
            }
            _ => Ok(()),
        }
    }
}
