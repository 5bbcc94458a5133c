//! The classes of WMI and the object of OSLicense.

use serde_json::{Value, json};

use crate::folder::Folder;

#[test]
fn a_query_as_tools_write_it_finds_what_slmgr_shows() {
    let lab = Folder::with_lab("cim");
    lab.run(&["slmgr", "/ato"]);
    let ask = |query: &str, machine: &str| -> Value {
        serde_json::from_str(&lab.ok(&["cim", query, "--on", machine])).unwrap()
    };
    let status = "SELECT LicenseStatus, GracePeriodRemaining FROM SoftwareLicensingProduct \
                  WHERE PartialProductKey <> null \
                  AND ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f'";
    assert_eq!(
        ask(status, "member"),
        json!([{ "LicenseStatus": 2, "GracePeriodRemaining": 43_200 }])
    );
    let counts = "SELECT KeyManagementServiceTotalRequests, KeyManagementServiceFailedRequests \
                  FROM SoftwareLicensingProduct WHERE Description LIKE '%VOLUME_KMS_%'";
    assert_eq!(
        ask(counts, "kms"),
        json!([{ "KeyManagementServiceTotalRequests": 1, "KeyManagementServiceFailedRequests": 1 }])
    );
    // An underscore stands for any letter, the C of VOLUME_KMSCLIENT too.
    assert_eq!(ask(counts, "member")[0]["KeyManagementServiceTotalRequests"], 4_294_967_295_u32);
    let hosts = "SELECT Name FROM SoftwareLicensingProduct WHERE IsKeyManagementServiceMachine = 1";
    assert_eq!(ask(hosts, "member"), json!([]));
    let all = ask("select * from softwarelicensingservice", "kms");
    assert_eq!(all[0]["IsKeyManagementServiceMachine"], 1);
    // Looking is not recorded.
    assert_eq!(lab.log().len(), 1);
}

#[test]
fn a_query_that_is_none_ends_with_the_code_of_wmi() {
    let lab = Folder::with_lab("cim-wrong");
    for (query, code, part) in [
        ("SELEC * FROM SoftwareLicensingService", 0x17, "(0x80041017)"),
        ("SELECT Colour FROM SoftwareLicensingService", 0x17, "no property Colour"),
        ("SELECT * FROM Win32_Fan", 0x10, "Invalid class Win32_Fan (0x80041010)"),
    ] {
        let came = lab.run(&["cim", query]);
        assert_eq!((came.code, came.out.as_str()), (Some(code), ""), "{query}");
        assert!(came.err.contains(part), "{query}: {}", came.err);
    }
}

#[test]
fn the_object_of_the_powershell_module_has_na_where_there_is_no_count() {
    let lab = Folder::with_lab("oslicense");
    let member = lab.ok(&["oslicense", "member"]);
    let line = |name: &str| {
        let line = member.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_once(" : ").unwrap().1.to_owned()
    };
    assert_eq!(line("KeyManagementServiceCurrentCount"), "N/A", "{member}");
    assert_eq!(line("VLActivationInterval"), "120");
    let host: Value = serde_json::from_str(&lab.ok(&["oslicense", "kms", "--json"])).unwrap();
    assert_eq!(host["KeyManagementServiceTotalRequests"], 0);
    assert_eq!(host["KeyManagementServiceListeningPort"], 1688);
}
