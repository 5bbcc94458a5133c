//! `w32tm /tz`, `/ntte` and `/ntpte`.

use kms_proto::ntp::timestamp::Timestamp;
use kms_proto::time::FileTime;
use kms_proto::windows::date::EnUs;

/// The time zone, which is UTC.
pub(super) const TZ: &str =
    "Time zone: Current:TIME_ZONE_ID_UNKNOWN Bias: 0min (UTC=LocalTime+Bias)
  [Standard Name:\"Coordinated Universal Time\" Bias:0min Date:(unspecified)]
  [Daylight Name:\"Coordinated Universal Time\" Bias:0min Date:(unspecified)]
";

/// Ticks of 100 ns in a day.
const DAY: u64 = 864_000_000_000;

/// Ticks since 1601: days, time of day, date.
pub(super) fn nt(time: FileTime) -> String {
    let c = time.civil();
    let (days, date) = (time.0 / DAY, EnUs(time));
    let of_day = format!("{:02}:{:02}:{:02}.{:07}", c.hour, c.minute, c.second, c.tick);
    format!("{days} {of_day} - {date}\n")
}

/// An NTP timestamp of the era nearest to `about`.
pub(super) fn ntp(units: u64, about: FileTime) -> String {
    nt(Timestamp(units).near(about))
}
