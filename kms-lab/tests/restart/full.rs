//! No room: the host says so once and serves on, what is there is whole, what is not is counted.

use std::process::Command;

use crate::good::Good;
use crate::host::{Folder, Host};

/// Exchanges, each of them three lines: opened, judged, closed.
const EXCHANGES: u64 = 40;

/// Files may grow to 16 blocks, as on a disk that is full then; nobody ignores the signal for it.
#[test]
fn a_full_disk_is_said_once_and_every_lost_line_is_counted() {
    let folder = Folder::new("full");
    let (journal, pcap) = (folder.path("j.ndjson"), folder.path("c.pcapng"));
    let line =
        "ulimit -f 16; exec \"$0\" serve --listen 127.0.0.1:0 --journal \"$1\" --pcap \"$2\"";
    let program = env!("CARGO_BIN_EXE_kmslab");
    let host = Host::spawn(Command::new("sh").args(["-c", line, program, &journal, &pcap]));
    let mut good = Good::new(host.addr);
    for _ in 0..EXCHANGES {
        good.exchange();
    }
    let (code, err) = host.stop("-TERM");
    assert_eq!(code, Some(1), "{err}");
    let told: Vec<&str> = err.lines().collect();
    assert_eq!(told.len(), 3, "{err}");
    let said = |part: &str| told.iter().filter(|line| line.contains(part)).count();
    assert_eq!(said("--journal: ") * said("what does not fit is lost and counted"), 1, "{err}");
    assert_eq!(said("--pcap: ") * said("the capture ends here (what is there can be read)"), 1);

    let whole = folder.lines("j.ndjson");
    let numbers = whole.iter().map(|line| line["seq"].as_u64().unwrap());
    assert!(numbers.clone().is_sorted_by(|a, b| a < b));
    let kept = u64::try_from(whole.len()).unwrap();
    // The first line tells that the host is ready, the last that it ends.
    let lost = EXCHANGES * 3 + 2 - kept;
    assert!(kept > 10 && lost > 10, "{kept} kept, {lost} lost");
    assert_eq!(said(&format!("{lost} journal lines could not be written")), 1, "{err}");
    let listed = Command::new(program).args(["dissect", &pcap]).output().unwrap();
    assert_eq!(listed.status.code(), Some(0), "{}", String::from_utf8_lossy(&listed.stderr));
}

/// A device without room is no file that could be cut: it is said all the same.
#[test]
fn a_device_without_room_is_said_too() {
    if !std::fs::exists("/dev/full").unwrap() {
        return;
    }
    let host = Host::start("/dev/full");
    Good::new(host.addr).exchange();
    let (code, err) = host.stop("-TERM");
    assert_eq!(code, Some(1), "{err}");
    assert_eq!(err.matches("--journal: /dev/full: ").count(), 1, "{err}");
    assert!(err.ends_with("5 journal lines could not be written\n"), "{err}");
}
