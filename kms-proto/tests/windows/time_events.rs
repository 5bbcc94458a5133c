use kms_proto::ntp::reference_id::ReferenceId;
use kms_proto::time::FileTime;
use kms_proto::windows::event::time_changed::{Reason, TimeChanged};
use kms_proto::windows::event::time_service::TimeEvent;

use crate::golden;

/// 2026-01-01 00:10:00.
const NOW: FileTime = FileTime(134_116_998_000_000_000);

fn all() -> Vec<TimeEvent> {
    let domain = "DC01.district.local (ntp.d|0.0.0.0:123->10.0.0.10:123)".to_owned();
    let manual = "time.lab.example,0x8".to_owned();
    vec![
        TimeEvent::TopOfDomain,
        TimeEvent::NoSource { minutes: 15 },
        TimeEvent::TooBig { seconds: 65_035, limit: 54_000, source: domain.clone() },
        TimeEvent::Synchronizing {
            source: domain.clone(),
            reference_id: ReferenceId([10, 0, 0, 10]),
            stratum: 2,
        },
        TimeEvent::Unsynchronized { seconds: 49_152 },
        TimeEvent::Receiving { peer: domain.clone() },
        TimeEvent::NotReceiving { peer: domain },
        TimeEvent::Discarded { peer: manual.clone() },
        TimeEvent::Spike { milliseconds: 5_000, seconds: 900 },
        TimeEvent::Jumped { seconds: 32_400 },
        TimeEvent::NoDomainPeer { minutes: 15 },
        TimeEvent::NoManualPeer { peer: manual.clone(), minutes: 15 },
        TimeEvent::ManualPeerFound { peer: manual },
        TimeEvent::DomainPeerFound { peer: "DC01.district.local".to_owned() },
        TimeEvent::Advertising,
        TimeEvent::AdvertisingGood,
    ]
}

#[test]
fn entries_as_the_event_viewer_copies_them() {
    let entries = all().into_iter().map(|event| event.event(NOW));
    let changed = [Reason::Set, Reason::HardwareClock]
        .map(|reason| TimeChanged { to: NOW, from: NOW.later(123_456_789), reason }.event());
    let entries: Vec<String> =
        entries.chain(changed).map(|event| event.entry("MEMBER01")).collect();
    golden::assert("time_events.txt", &entries.join("\n"));
}

#[test]
fn no_peer_begins_a_line_of_its_own() {
    let peer = "a\r\nEvent ID:      35".to_owned();
    for event in [
        TimeEvent::Receiving { peer: peer.clone() },
        TimeEvent::TooBig { seconds: -1, limit: 0, source: peer.clone() },
        TimeEvent::NoManualPeer { peer, minutes: 15 },
    ] {
        assert!(!event.to_string().contains(['\r', '\n']), "{event}");
    }
}
