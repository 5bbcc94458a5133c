//! `w32tm /stripchart`: another computer's clock, measured over and over.

use core::net::SocketAddr;

use kms_proto::kms::hresult::HResult;
use kms_proto::ntp::packet::{Mode, Packet, Version};
use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::time::duration::Nanos;
use kms_proto::windows::date::EnUs;
use kms_proto::wire::{Order, Wire};

use crate::time_service::sample::Sample;
use crate::w32tm::command::Stripchart;
use crate::w32tm::reply::Reply;
use crate::w32tm::seconds::Signed;

/// Columns on either side of the middle, which stand for ten seconds.
const HALF: usize = 27;

/// A chart being drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    of: Stripchart,
    drawn: u32,
}

impl Chart {
    /// A chart without a line yet.
    pub fn new(of: Stripchart) -> Self {
        Self { of, drawn: 0 }
    }

    /// What is printed before the first line.
    pub fn head(&self, address: SocketAddr, wall: FileTime) -> String {
        let collecting = match self.of.samples {
            None => String::new(),
            Some(samples) => format!("Collecting {samples} samples.\n"),
        };
        let (computer, date) = (&self.of.computer, EnUs(wall));
        format!("Tracking {computer} [{address}].\n{collecting}The current time is {date}.\n")
    }

    /// What is printed instead, where the name has no address.
    pub fn not_found() -> Reply {
        Reply::error(HResult(0x8007_2AF9), "No such host is known.")
    }

    /// The question for the next line, the clock reading `wall`.
    pub fn request(wall: FileTime) -> Packet {
        Packet::request(Version::V3, Mode::CLIENT, Timestamp::of(wall))
    }

    /// The time between two questions.
    pub fn period(&self) -> Nanos {
        Nanos::seconds(self.of.period.into())
    }

    /// Whether no line is left to draw.
    pub fn is_over(&self) -> bool {
        self.of.samples.is_some_and(|samples| self.drawn >= samples)
    }

    /// The next line: asked when the clock read `asked`, answered with `bytes` when it read `came`,
    /// or not at all.
    pub fn line(&mut self, asked: FileTime, answer: Option<(&[u8], FileTime)>) -> String {
        self.drawn = self.drawn.saturating_add(1);
        let c = asked.civil();
        let comma = if self.of.data_only { "," } else { "" };
        let at = format!("{:02}:{:02}:{:02}{comma}", c.hour, c.minute, c.second);
        let sample = answer.and_then(|(bytes, came)| {
            let (_, packet) = Packet::parse(bytes, Order::Big).ok()?;
            Sample::new(&packet, Timestamp::of(asked), came).ok()
        });
        match sample {
            None => format!("{at} error: {}\n", HResult::TIMEOUT),
            Some(Sample { offset, .. }) if self.of.data_only => {
                format!("{at} {}\n", Signed(offset))
            }
            Some(Sample { offset, delay, .. }) => {
                let (delay, shown) = (Signed(delay), Signed(offset));
                format!("{at} d:{delay} o:{shown}  [{}]\n", bar(offset))
            }
        }
    }
}

/// The middle, and a star where the other clock is.
fn bar(offset: Nanos) -> String {
    let half = i64::try_from(HALF).unwrap_or(0);
    let tenth = 10_000_000_000;
    let off = offset.0.clamp(-tenth, tenth) * half;
    let off = (off + tenth / 2).div_euclid(tenth);
    let star = usize::try_from(half + off).unwrap_or(0);
    let column = |place| match place {
        _ if place == star => '*',
        HALF => '|',
        _ => ' ',
    };
    (0..=2 * HALF).map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_as_public_outputs_have_them() {
        for (nanos, drawn) in [
            (-688_775_900, "                         * |                           "),
            (-2_687_783_200, "                    *      |                           "),
            (0, "                           *                           "),
            (9_931_204_400, "                           |                          *"),
            (i64::MIN, "*                          |                           "),
        ] {
            assert_eq!(bar(Nanos(nanos)), drawn, "{nanos}");
        }
    }
}
