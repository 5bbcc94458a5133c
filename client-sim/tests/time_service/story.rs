//! The member from an image with a wrong date, whose time service was left stand-alone.

use client_sim::time_service::settings::Settings;

use crate::golden;
use crate::lab::Lab;

/// The image believes it is 2009.
const WRONG: &str = "@2009-01-01T00:00:00Z";

#[test]
fn it_does_not_heal_itself_and_heals_by_three_commands() {
    let mut lab = Lab::booted(WRONG, Settings::stand_alone("time.lab.example,0x8"));
    lab.pass("20m");
    // The source gives time; after 900 s that is an event, and the correction is refused.
    assert_eq!(lab.ids(), [37, 50, 34]);
    let watched = lab.log[1].time_created.0 - lab.log[0].time_created.0;
    assert!((9_000_000_000..9_001_000_000).contains(&watched), "{watched}");
    assert!(lab.off() < -500_000_000_000_000_000);
    lab.log.clear();

    let mut text =
        lab.transcript(&["w32tm /query /status", "w32tm /resync", "w32tm /query /status /verbose"]);
    assert_eq!(lab.ids(), [34]);
    lab.log.clear();
    text += &lab.transcript(&[
        "w32tm /config /syncfromflags:domhier /update",
        "net stop w32time",
        "net start w32time",
        "w32tm /resync",
        "w32tm /query /source",
        "w32tm /query /status",
    ]);
    golden::assert("story.txt", &text);
    assert_eq!(lab.off(), 0);
    assert_eq!(lab.ids(), [37, 1, 52, 35]);
    let log: Vec<String> = lab.log.iter().map(|event| event.entry("MEMBER01")).collect();
    golden::assert("story_log.txt", &log.join("\n"));
}

#[test]
fn without_a_source_nothing_is_said_and_nothing_heals() {
    let nosync = Settings {
        sync: client_sim::time_service::settings::SyncType::NoSync,
        ..Settings::default()
    };
    let mut lab = Lab::booted(WRONG, nosync);
    lab.pass("3d");
    assert!(lab.log.is_empty() && lab.turns.is_empty() && lab.service.due().is_none());
    let reply = lab.types("w32tm /resync");
    assert!(reply.text.ends_with("did not resync because no time data was available.\n"));
    assert_eq!(reply.code.0 & 0xff, 1);
}

#[test]
fn a_member_heals_at_once_and_even_from_an_empty_battery() {
    for wrong in ["@1970-01-01T00:00:00Z", "@1980-01-01T00:00:00Z", "@2060-01-01T00:00:00Z", "+5h"]
    {
        let mut lab = Lab::booted(wrong, Settings::default());
        lab.pass("1s");
        assert_eq!(lab.off(), 0, "{wrong}");
        assert!(lab.kinds().contains(&35));
    }
}

/// 68 years and more the protocol cannot tell: the clock is set to the moment one era away.
#[test]
fn beyond_half_an_era_the_wrong_era_is_believed() {
    let mut lab = Lab::booted("@1900-01-01T00:00:00Z", Settings::default());
    lab.pass("1s");
    assert_eq!(lab.off(), -4_294_967_296_000_000_000);
}

#[test]
fn a_clock_set_by_hand_is_left_alone() {
    let mut lab = Lab::booted(WRONG, Settings::stand_alone("time.lab.example,0x8"));
    lab.pass("20m");
    lab.set("true");
    lab.log.clear();
    lab.pass("1h");
    assert_eq!((lab.off(), lab.ids()), (0, vec![35]));
}
