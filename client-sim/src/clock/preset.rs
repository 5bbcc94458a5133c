//! Clock faults by name, each with the incident it comes from.

use kms_proto::nearest::nearest;
use kms_proto::text::TextError;

/// A fault seen in life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name, as in `preset:am-pm`.
    pub name: &'static str,
    /// The clock string it stands for.
    pub clock: &'static str,
    /// What happened, and to whom.
    pub incident: &'static str,
}

/// All presets, smallest mistake of the operator first, then the machine's own.
///
/// A pause or a restore is expressed by what it leaves behind: an offset.
pub const PRESETS: [Preset; 22] = [
    Preset {
        name: "dst-1h",
        clock: "+1h",
        incident: "the end of daylight saving was missed: one hour ahead",
    },
    Preset {
        name: "am-pm",
        clock: "+12h",
        incident: "twelve hours ahead: the time was entered as PM instead of AM",
    },
    Preset {
        name: "wrong-day",
        clock: "+1d",
        incident: "an image was built with tomorrow's date, and every machine made from it has it",
    },
    Preset {
        name: "wrong-day-behind",
        clock: "-1d",
        incident: "an image was built with yesterday's date",
    },
    Preset {
        name: "wrong-month",
        clock: "+31d",
        incident: "the next month was entered: 31 days ahead",
    },
    Preset {
        name: "wrong-year",
        clock: "-365d",
        incident: "last year was entered, as happens every January",
    },
    Preset {
        name: "battery-1970",
        clock: "@1970-01-01T00:00:00Z",
        incident: "the battery of the clock was empty: the board begins at the Unix epoch",
    },
    Preset {
        name: "battery-1980",
        clock: "@1980-01-01T00:00:00Z",
        incident: "the battery of the clock was empty: the firmware begins at the epoch of DOS",
    },
    Preset {
        name: "rtc-local-us-east",
        clock: "local-as-utc:America/New_York",
        incident: "the hardware clock keeps New York time and is taken for UTC",
    },
    Preset {
        name: "rtc-local-india",
        clock: "local-as-utc:Asia/Kolkata",
        incident: "the hardware clock keeps Indian time and is taken for UTC: 5 h 30 ahead",
    },
    Preset {
        name: "rtc-utc-as-local-berlin",
        clock: "utc-as-local:Europe/Berlin",
        incident: "the hardware clock keeps UTC and is taken for Berlin time",
    },
    Preset {
        name: "proxmox-restore",
        clock: "+5h6m",
        incident: "a domain controller restored from a Proxmox snapshot, ahead of its hypervisor",
    },
    Preset {
        name: "laptop-sleep",
        clock: "-8h18m34s",
        incident: "a virtual machine after a night of the laptop's sleep (arcboxlabs/arcbox#574)",
    },
    Preset {
        name: "vm-suspended-6d",
        clock: "-6d",
        incident: "six days behind, and \"synchronized: yes\" (canonical/multipass#982)",
    },
    Preset {
        name: "vm-pause-64s",
        clock: "-1m4s",
        incident: "a virtual machine resumed without setting its clock (ilbertt/nibrun#410)",
    },
    Preset {
        name: "snapshot-week-old",
        clock: "-7d",
        incident: "a virtual machine rolled back to last week's snapshot, its clock with it",
    },
    Preset {
        name: "drift-200ppm",
        clock: "+200ppm",
        incident: "a poor crystal: 17 s a day, more than two years to four hours",
    },
    Preset {
        name: "smear-google",
        clock: "smear:+1",
        incident: "a time server that smears a leap second from noon to noon, as Google's do",
    },
    Preset {
        name: "kerberos-edge",
        clock: "+5m",
        incident: "the most Kerberos tolerates by default: logon works, to the second",
    },
    Preset {
        name: "w32time-15h",
        clock: "+15h",
        incident: "the largest phase correction a stand-alone Windows time service makes",
    },
    Preset {
        name: "kms-edge",
        clock: "+4h",
        incident: "the most a KMS host tolerates (KB 974998: \"more than 4 hours\"), ahead",
    },
    Preset {
        name: "kms-edge-behind",
        clock: "-4h",
        incident: "the most a KMS host tolerates, behind",
    },
];

/// The preset of this name.
///
/// # Errors
///
/// When there is none, with the nearest name if one is near.
pub fn find(name: &str) -> Result<&'static Preset, TextError> {
    PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
        let names = || PRESETS.iter().map(|preset| preset.name);
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        TextError::new(1, format!("unknown preset '{name}' ({hint})"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::spec::ClockSpec;

    #[test]
    fn every_preset_is_a_clock_string_in_its_canonical_form() {
        for preset in PRESETS {
            let spec: ClockSpec = preset.clock.parse().unwrap();
            assert_eq!(spec.to_string(), preset.clock);
            assert_eq!(format!("preset:{}", preset.name).parse(), Ok(spec));
            assert_eq!(find(preset.name).unwrap().incident, preset.incident);
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_nearest_or_all() {
        let near = find("laptop-slep").unwrap_err();
        assert_eq!(
            near.to_string(),
            "col 1: unknown preset 'laptop-slep' (did you mean laptop-sleep?)"
        );
        assert!(find("?").unwrap_err().message.contains("one of dst-1h, am-pm"));
    }
}
