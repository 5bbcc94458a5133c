//! What an answer says, if it may be believed.

use core::fmt;

use kms_proto::ntp::exchange::Exchange;
use kms_proto::ntp::packet::{Leap, Mode, Packet};
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;

/// What a peer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What must be added to the clock here.
    pub offset: Nanos,
    /// How long the packets were under way.
    pub delay: Nanos,
    /// The packet.
    pub packet: Packet,
}

/// Why an answer is not believed (RFC 5905 §8, RFC 4330 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is no packet of the protocol.
    Malformed,
    /// It answers another question.
    NotAsked,
    /// It does not answer, but asks or tells.
    NotAnAnswer,
    /// The server says that it does not know the time, or will not say.
    Unsynchronized,
    /// A timestamp is missing.
    NoTime,
    /// The server is too far from its own reference clock: 16 s and more.
    Distant,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the answer is no NTP packet",
            Self::NotAsked => "the answer belongs to another question",
            Self::NotAnAnswer => "the packet is no answer",
            Self::Unsynchronized => "the server says that it does not know the time",
            Self::NoTime => "the answer bears no time",
            Self::Distant => "the server is too far from its reference clock",
        })
    }
}

impl core::error::Error for Doubt {}

impl Sample {
    /// What `answer` to the request that bore `asked` says, the clock here reading `came`.
    ///
    /// # Errors
    ///
    /// When it may not be believed.
    pub fn new(answer: &Packet, asked: Timestamp, came: FileTime) -> Result<Self, Doubt> {
        let doubt = match answer {
            Packet { mode, .. } if *mode != Mode::SERVER && *mode != Mode::SYMMETRIC_PASSIVE => {
                Doubt::NotAnAnswer
            }
            Packet { origin, .. } if *origin != asked => Doubt::NotAsked,
            Packet { leap: Leap::Unknown, .. } | Packet { stratum: 0 | 16.., .. } => {
                Doubt::Unsynchronized
            }
            Packet { receive, transmit, .. }
                if *receive == Timestamp::UNKNOWN || *transmit == Timestamp::UNKNOWN =>
            {
                Doubt::NoTime
            }
            Packet { root_delay, root_dispersion, .. }
                if (root_delay.0 / 2).saturating_add(root_dispersion.0) >= 16 << 16 =>
            {
                Doubt::Distant
            }
            _ => {
                let exchange = Exchange::new(answer, came);
                let (offset, delay) = (exchange.offset(), exchange.delay());
                return Ok(Self { offset, delay, packet: *answer });
            }
        };
        Err(doubt)
    }
}

#[cfg(test)]
mod tests {
    use kms_proto::ntp::packet::Version;
    use kms_proto::ntp::short::Short;

    use super::*;

    const ASKED: FileTime = FileTime(134_116_998_000_000_000);

    fn answer() -> Packet {
        let server = ASKED.later(50_000_000);
        Packet {
            stratum: 2,
            origin: Timestamp::of(ASKED),
            receive: Timestamp::of(server.later(10)),
            ..Packet::request(Version::V3, Mode::SERVER, Timestamp::of(server.later(10)))
        }
    }

    #[test]
    fn each_doubt_has_its_cause() {
        let asked = Timestamp::of(ASKED);
        let judge = |packet: Packet| Sample::new(&packet, asked, ASKED.later(20));
        let sample = judge(answer()).unwrap();
        assert_eq!((sample.offset, sample.delay), (Nanos::seconds(5), Nanos(2_000)));
        for (packet, doubt) in [
            (Packet { mode: Mode::CLIENT, ..answer() }, Doubt::NotAnAnswer),
            (Packet { origin: Timestamp(7), ..answer() }, Doubt::NotAsked),
            (Packet { leap: Leap::Unknown, ..answer() }, Doubt::Unsynchronized),
            (Packet { stratum: 0, ..answer() }, Doubt::Unsynchronized),
            (Packet { stratum: 16, ..answer() }, Doubt::Unsynchronized),
            (Packet { transmit: Timestamp::UNKNOWN, ..answer() }, Doubt::NoTime),
            (Packet { receive: Timestamp::UNKNOWN, ..answer() }, Doubt::NoTime),
            (Packet { root_dispersion: Short(16 << 16), ..answer() }, Doubt::Distant),
            (Packet { root_delay: Short(u32::MAX), ..answer() }, Doubt::Distant),
        ] {
            assert_eq!(judge(packet), Err(doubt));
        }
        assert!(judge(Packet { mode: Mode::SYMMETRIC_PASSIVE, ..answer() }).is_ok());
        assert!(judge(Packet { stratum: 15, ..answer() }).is_ok());
    }
}
