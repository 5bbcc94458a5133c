//! Several commands at once, and commands that are killed: none is lost, none is there twice.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;

use crate::folder::{Folder, came};

/// Four scripts at once, six commands each, on three computers.
#[test]
fn every_command_of_several_scripts_is_recorded_once() {
    let lab = Folder::with_lab("together");
    thread::scope(|scope| {
        for script in 0..4 {
            let lab = &lab;
            scope.spawn(move || {
                for command in 0..6 {
                    // An argument nobody else gives; what it comes to is not the matter.
                    let mark = format!("script-{script}-command-{command}");
                    let on = if command % 2 == 0 { "member" } else { "kms" };
                    let came = lab.run(&["slmgr", on, "/dli", "All", &mark]);
                    assert_eq!(came.err, "", "{mark}");
                    assert!(!came.out.is_empty(), "{mark}");
                }
            });
        }
    });
    let log = lab.log();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    let mut orders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &log {
        let mark = entry["type"]["words"].as_array().unwrap().last().unwrap().as_str().unwrap();
        *times.entry(mark.to_owned()).or_default() += 1;
        let (script, command) = mark.rsplit_once('-').unwrap();
        orders.entry(script.to_owned()).or_default().push(command.to_owned());
    }
    assert_eq!((log.len(), times.len()), (24, 24), "{times:?}");
    for (script, order) in orders {
        assert_eq!(order, ["0", "1", "2", "3", "4", "5"], "{script}");
    }
    // Time ran forward only.
    let at = |entry: &serde_json::Value, key: &str| entry[key].as_i64().unwrap();
    assert!(log.windows(2).all(|two| at(&two[0], "ended_ns") <= at(&two[1], "at_ns")));
}

/// A command that is killed at any moment was done or was not; the lab is whole either way, and
/// what was printed was recorded.
#[test]
fn a_command_that_is_killed_leaves_the_lab_whole() {
    let lab = Folder::with_lab("killed");
    let mut printed = 0;
    for round in 0..24_u32 {
        let mut command = lab.kmslab(&["slmgr", "/ato"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Killed after more and more of its work: each turn lets it run on a little.
        for _ in 0..round * round * 4 {
            thread::yield_now();
        }
        child.kill().unwrap();
        let came = came(child.wait_with_output().unwrap());
        printed += usize::from(came.out.contains("0xC004F074"));
        if round % 6 == 5 {
            let log = lab.log();
            assert!(log.len() >= printed, "{printed} were printed, {} recorded", log.len());
        }
    }
    let done = lab.log().len();
    assert!(done <= 24);
    lab.run(&["slmgr", "/ato"]);
    assert_eq!(lab.log().len(), done + 1);
}

/// Two that make a lab at once: one does, the other is told.
#[test]
fn of_two_that_make_a_lab_one_does() {
    let folder = Folder::new("two-new");
    let mut made = Vec::new();
    thread::scope(|scope| {
        let running: Vec<_> =
            (0..4).map(|_| scope.spawn(|| folder.run(&["lab", "new"]).code)).collect();
        made = running.into_iter().map(|thread| thread.join().unwrap()).collect();
    });
    made.sort_unstable();
    assert_eq!(made, [Some(0), Some(8), Some(8), Some(8)]);
    assert_eq!(folder.log().len(), 0);
}
