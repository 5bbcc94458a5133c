//! A time server: what it answers, and to whom (RFC 5905 §9, RFC 4330 §6).

use std::net::Ipv4Addr;

use kms_proto::ntp::packet::{Leap, Mode, Packet, Version};
use kms_proto::ntp::reference_id::ReferenceId;
use kms_proto::ntp::short::Short;
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::wire::{Order, Wire};

/// The stratum from which on a server knows no time.
pub const UNSYNCHRONISED: u8 = 16;

/// A server as it describes itself; its clock is given with each question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeServer {
    /// How many servers away a reference clock is; 16 and more: it knows no time.
    pub stratum: u8,
    /// Whom it has its time from.
    pub reference_id: ReferenceId,
    /// The grain of its clock, as a power of two in seconds; that of a tick is -23.
    pub precision: i8,
    /// The round trip to the reference clock.
    pub root_delay: Short,
    /// How far off it says it may be.
    pub root_dispersion: Short,
}

/// A server with a clock of its own that nothing sets.
impl Default for TimeServer {
    fn default() -> Self {
        Self {
            stratum: 1,
            reference_id: ReferenceId::LOCAL,
            precision: -23,
            root_delay: Short(0),
            root_dispersion: Short(1),
        }
    }
}

/// The server a lab's servers have their time from, if they are not the first: nobody is there, as
/// the address is one for documentation (RFC 5737).
const UPSTREAM: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 123);

impl TimeServer {
    /// A server so many servers away from a reference clock: the first has a clock of its own, a
    /// later one names the address it has its time from (RFC 5905 §7.3).
    pub fn at(stratum: u8) -> Self {
        let first = Self { stratum, ..Self::default() };
        if stratum < 2 { first } else { Self { reference_id: UPSTREAM.into(), ..first } }
    }

    /// The answer to a question that arrived when the server's clock read `received`, and that is
    /// answered when it reads `answered`.
    ///
    /// `None` where silence is the answer: to what is no packet, no question, or of a version that
    /// is not spoken (1 to 4 are). What follows the packet is ignored, so a signed question gets an
    /// answer without a signature, never one longer than itself.
    pub fn answer(
        &self,
        question: &[u8],
        received: FileTime,
        answered: FileTime,
    ) -> Option<Packet> {
        let (_, question) = Packet::parse(question, Order::Big).ok()?;
        let spoken = (1..=Version::V4.number()).contains(&question.version.number());
        let mode = match question.mode {
            Mode::CLIENT => Mode::SERVER,
            Mode::SYMMETRIC_ACTIVE => Mode::SYMMETRIC_PASSIVE,
            // Version 1 had no modes.
            mode if mode.number() == 0 && question.version.number() == 1 => Mode::SERVER,
            _ => return None,
        };
        let transmit = Timestamp::of(answered);
        let answer = Packet {
            poll: question.poll,
            precision: self.precision,
            root_delay: self.root_delay,
            root_dispersion: self.root_dispersion,
            origin: question.transmit,
            receive: Timestamp::of(received),
            ..Packet::request(question.version, mode, transmit)
        };
        let answer = if self.stratum < UNSYNCHRONISED {
            Packet {
                stratum: self.stratum,
                reference_id: self.reference_id,
                // A clock of its own was set whenever one asks; a whole second is as good.
                reference: Timestamp::of(received.whole_second()),
                ..answer
            }
        } else {
            Packet { leap: Leap::Unknown, reference_id: ReferenceId::INIT, ..answer }
        };
        spoken.then_some(answer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: FileTime = FileTime(134_116_998_000_000_000);

    fn question(version: u8, mode: u8) -> Vec<u8> {
        let asked = Timestamp(0x1234_5678_9abc_def0);
        Packet::request(Version::new(version), Mode::new(mode), asked).to_bytes(Order::Big).to_vec()
    }

    #[test]
    fn an_answer_has_the_questions_own_timestamp_and_both_of_the_servers() {
        let server = TimeServer::default();
        let answer = server.answer(&question(4, 3), NOW, NOW.later(20)).unwrap();
        assert_eq!(answer.origin, Timestamp(0x1234_5678_9abc_def0));
        assert_eq!((answer.receive.near(NOW), answer.transmit.near(NOW)), (NOW, NOW.later(20)));
        assert_eq!((answer.mode, answer.stratum, answer.leap), (Mode::SERVER, 1, Leap::None));
    }

    #[test]
    fn who_is_answered() {
        for (version, mode, answered) in [
            (1, 0, Some(4)),
            (1, 3, Some(4)),
            (2, 3, Some(4)),
            (3, 1, Some(2)),
            (3, 3, Some(4)),
            (4, 3, Some(4)),
            (0, 3, None),
            (4, 0, None),
            (5, 3, None),
            (4, 2, None),
            (4, 4, None),
            (4, 5, None),
            (4, 6, None),
            (4, 7, None),
        ] {
            let answer = TimeServer::default().answer(&question(version, mode), NOW, NOW);
            let found = answer.map(|answer| answer.mode.number());
            assert_eq!(found, answered, "version {version} mode {mode}");
            assert!(answer.is_none_or(|answer| answer.version.number() == version));
        }
    }

    #[test]
    fn a_server_that_knows_no_time_says_so() {
        let server = TimeServer { stratum: UNSYNCHRONISED, ..TimeServer::default() };
        let answer = server.answer(&question(4, 3), NOW, NOW).unwrap();
        assert_eq!((answer.leap, answer.stratum), (Leap::Unknown, 0));
        assert_eq!(answer.reference_id, ReferenceId::INIT);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_with_no_more_than_they_are(
            bytes in proptest::collection::vec(any::<u8>(), 0..100),
            received: u64,
            answered: u64,
        ) {
            let server = TimeServer::default();
            let answer = server.answer(&bytes, FileTime(received), FileTime(answered));
            if let Some(answer) = answer {
                prop_assert!(answer.to_bytes(Order::Big).len() <= bytes.len());
            }
        }
    }
}
