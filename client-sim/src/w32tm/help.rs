//! `w32tm /?`.

/// The commands this lab simulates.
pub(super) const TEXT: &str =
    "w32tm [/? | /config | /resync | /query | /stripchart | /monitor | /tz | /ntte | /ntpte]

  w32tm /config [/computer:<target>] [/update] [/manualpeerlist:<peers>]
        [/syncfromflags:<source>] [/LocalClockDispersion:<seconds>]
        [/reliable:(YES|NO)] [/largephaseoffset:<milliseconds>]
  w32tm /resync [/computer:<computer>] [/nowait] [/rediscover] [/soft]
  w32tm /query [/computer:<target>]
        {/source | /configuration | /peers | /status} [/verbose]
  w32tm /stripchart /computer:<target> [/period:<refresh>] [/dataonly]
        [/samples:<count>] [/rdtsc]
  w32tm /monitor [/computers:<name>[,<name>[,<name>...]]]
  w32tm /tz
  w32tm /ntte <NT time epoch>
  w32tm /ntpte <NTP time epoch>
";
