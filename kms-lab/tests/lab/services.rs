//! Services stopped and started by hand, and keys taken away.

use crate::folder::Folder;

#[test]
fn the_licensing_service_of_a_machine_is_restarted_as_the_remedy_says() {
    let lab = Folder::with_lab("sppsvc");
    let stopped = lab.ok(&["net", "stop", "sppsvc"]);
    assert!(stopped.contains("The Software Protection service was stopped"), "{stopped}");
    let twice = lab.run(&["net", "stop", "sppsvc"]);
    assert_eq!(twice.code, Some(2));
    assert!(twice.out.starts_with("The Software Protection service is not started.\n"));
    let started = lab.ok(&["net", "start", "sppsvc"]);
    assert!(started.contains("The Software Protection service was started"), "{started}");
    assert_eq!(lab.run(&["net", "start", "sppsvc"]).code, Some(2));
    // Who calls it starts it: slmgr, ospp, and an attempt of the machine's own.
    lab.ok(&["net", "stop", "sppsvc"]);
    lab.ok(&["slmgr", "/dli"]);
    assert_eq!(lab.run(&["net", "start", "sppsvc"]).code, Some(2));
    lab.ok(&["net", "stop", "sppsvc"]);
    lab.ok(&["lab", "advance", "3m"]);
    assert_eq!(lab.run(&["net", "start", "sppsvc"]).code, Some(2));
    assert_eq!(lab.log().len(), 10);
    lab.write("sppsvc.toml", &lab.ok(&["lab", "export"]));
    lab.ok(&["run", "sppsvc.toml", "--check-determinism"]);
}

#[test]
fn a_host_without_its_key_shows_and_grants_nothing() {
    let lab = Folder::with_lab("upk");
    lab.ok(&["lab", "set", "member", "clock", "true"]);
    assert!(lab.ok(&["slmgr", "kms", "/upk"]).contains("Uninstalled product key"));
    for option in ["/dli", "/dlv", "/xpr"] {
        let came = lab.run(&["slmgr", "kms", option]);
        assert_eq!(came.code, Some(0x14), "{option}: {}", came.out);
        assert!(came.out.ends_with("Error: product key not found.\n"), "{}", came.out);
    }
    let query = "SELECT LicenseStatus, PartialProductKey FROM SoftwareLicensingProduct";
    let cim = lab.ok(&["cim", "--on", "kms", query]);
    assert!(
        cim.contains("\"LicenseStatus\": 0") && cim.contains("\"PartialProductKey\": null"),
        "{cim}"
    );
    let tried = lab.run(&["slmgr", "/ato"]);
    assert!(tried.out.contains("Error: 0xC004F039"), "{}", tried.out);
    lab.ok(&["slmgr", "kms", "/ipk", "LAB03-LAB03-LAB03-LAB03-LAB03"]);
    let tried = lab.run(&["slmgr", "/ato"]);
    assert!(tried.out.contains("Error: 0xC004F041"), "{}", tried.out);
    lab.ok(&["slmgr", "kms", "/ato"]);
    assert!(lab.ok(&["slmgr", "/ato"]).ends_with("Product activated successfully.\n"));
}

#[test]
fn a_resync_says_whom_it_is_sent_to() {
    let lab = Folder::with_lab("resync");
    lab.ok(&["lab", "set", "member", "clock", "true"]);
    let own = lab.run(&["w32tm", "/resync", "/nowait"]).out;
    assert!(own.starts_with("Sending resync command to local computer\n"), "{own}");
    let other = lab.run(&["w32tm", "/resync", "/computer:member", "/nowait"]).out;
    assert!(other.starts_with("Sending resync command to member\n"), "{other}");
}
