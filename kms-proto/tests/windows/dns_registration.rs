use kms_proto::guid::derived;
use kms_proto::time::FileTime;
use kms_proto::windows::event::dns_registration::{Cause, NotRegistered};

use crate::golden;

/// 2026-01-01 00:10:00.
const NOW: FileTime = FileTime(134_116_998_000_000_000);

fn of(cause: Cause) -> NotRegistered {
    let answered = !matches!(cause, Cause::TimedOut);
    let server = "192.0.2.53".parse().unwrap();
    NotRegistered {
        cause,
        adapter: derived("kms-lab", "adapter", "MEMBER01"),
        host: "MEMBER01".to_owned(),
        suffix: "district.local".to_owned(),
        servers: vec![server, "2001:db8::53".parse().unwrap()],
        sent_to: answered.then_some(server),
        addresses: vec!["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()],
    }
}

#[test]
fn entries_as_the_event_viewer_copies_them() {
    let entries = Cause::ALL.map(|cause| of(cause).event(NOW).entry("MEMBER01"));
    golden::assert("dns_registration.txt", &entries.join("\n"));
}

#[test]
fn no_name_begins_a_line_of_its_own_and_no_server_is_shown_as_windows_does() {
    let host = "a\r\nEvent ID:      1".to_owned();
    let odd = NotRegistered { host, servers: Vec::new(), sent_to: None, ..of(Cause::Other) };
    let text = odd.to_string();
    assert!(!text.contains('\r') && !text.lines().any(|line| line.starts_with("Event")), "{text}");
    assert!(text.contains("DNS server list :\n\n            \t<?>\n"), "{text}");
    assert!(text.contains("Sent update to server : <?>\n"), "{text}");
}
