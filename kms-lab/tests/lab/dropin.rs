//! The binary under the names of the commands of Windows.

use crate::folder::{Came, Folder, came};

/// A lab whose shims are on PATH.
struct Shimmed(Folder);

impl Shimmed {
    fn new(name: &str) -> Self {
        let lab = Folder::with_lab(name);
        let told = lab.ok(&["shim", "install", "bin"]);
        assert!(told.starts_with("export PATH=\"") && told.ends_with("/bin:$PATH\"\n"), "{told}");
        Self(lab)
    }

    /// A script that calls the commands by name, from another folder.
    fn script(&self, script: &str) -> Came {
        std::fs::create_dir_all(self.0.path("elsewhere")).unwrap();
        let path = std::env::var("PATH").unwrap();
        let output = self
            .0
            .command("sh")
            .args(["-c", script])
            .current_dir(self.0.path("elsewhere"))
            .env("PATH", format!("{}:{path}", self.0.path("bin").display()))
            .env("KMSLAB_LAB", self.0.path("kmslab.lab"))
            .output()
            .unwrap();
        came(output)
    }
}

#[test]
fn a_script_calls_slmgr_as_on_windows() {
    let lab = Shimmed::new("cscript");
    let dlv = lab.script(r"cscript //NoLogo C:\\Windows\\System32\\slmgr.vbs /dlv");
    assert_eq!((dlv.code, dlv.err.as_str()), (Some(0), ""));
    assert!(dlv.out.starts_with("Software licensing service version: "), "{}", dlv.out);
    assert!(dlv.out.lines().count() > 5);
    assert_eq!(dlv.out.matches('\n').count(), dlv.out.matches("\r\n").count());

    let banner = "Microsoft (R) Windows Script Host Version 5.8\r\n\
                  Copyright (C) Microsoft Corporation. All rights reserved.\r\n\r\n";
    let ato = lab.script("cscript.exe slmgr.vbs -ATO; echo \"exit $?\"");
    assert!(ato.out.starts_with(&format!("{banner}Activating Windows(R)")), "{}", ato.out);
    assert!(ato.out.contains("Error: 0xC004F074"), "{}", ato.out);
    assert!(ato.out.ends_with("exit 116\n"), "{}", ato.out);

    // Its own name: no script host, no banner. Another computer, by name.
    let own = lab.script("slmgr kms /dli");
    assert!(own.out.contains("    Total requests received: 1\r\n"), "{}", own.out);
    let unix = lab.script("KMSLAB_EOL=lf slmgr.vbs KMS.corp.example /dli");
    assert!(unix.out.contains("    Total requests received: 1\n"), "{}", unix.out);
    assert!(!unix.out.contains('\r'));
    let on = lab.script("KMSLAB_MACHINE=kms slmgr /dli");
    assert_eq!(on.out, own.out);
    let nobody = lab.script("slmgr NOBODY /dlv");
    assert_eq!(nobody.code, Some(0xBA));
    assert!(nobody.out.contains("0x800706BA"), "{}", nobody.out);
    let office = lab.script(r"cscript //NoLogo 'C:\\Program Files\\Office16\\ospp.vbs' /dstatus");
    assert!(office.out.starts_with("---Processing---"), "{}", office.out);
    // Batch mode prints nothing, and exits alike.
    let batch = lab.script("cscript //B //NoLogo slmgr.vbs /ato");
    assert_eq!((batch.code, batch.out.as_str(), batch.err.as_str()), (Some(0x74), "", ""));
    // One slash does for the script host's own options before the script's name.
    let one = lab.script(r"cscript /Nologo 'C:\Windows\System32\slmgr.vbs' /xpr");
    assert!(one.out.starts_with("Windows(R), "), "{}", one.out);
    let drive = lab.script("cscript -nologo c:slmgr.vbs /xpr");
    assert_eq!((drive.code, &drive.out), (Some(0), &one.out));
    let quiet = lab.script("cscript /b /nologo slmgr.vbs /xpr");
    assert_eq!((quiet.code, quiet.out.as_str()), (Some(0), ""));
    // Rights of an administrator are taken away by a variable.
    let denied = lab.script("KMSLAB_ELEVATED=no net stop w32time");
    assert!(denied.out.starts_with("System error 5 has occurred.\r\n"), "{}", denied.out);
    assert_eq!(denied.code, Some(5));
    for no in ["0", "False", "NO"] {
        let same = lab.script(&format!("KMSLAB_ELEVATED={no} net stop w32time"));
        assert_eq!((same.code, &same.out), (denied.code, &denied.out), "{no}");
    }
    let yes = lab.script("KMSLAB_ELEVATED=Yes w32tm /query /source");
    assert_eq!(yes.code, Some(0), "{}", yes.out);
    let maybe = lab.script("KMSLAB_ELEVATED=maybe w32tm /query /source");
    assert_eq!((maybe.code, maybe.out.as_str()), (Some(2), ""));
    assert!(maybe.err.contains("KMSLAB_ELEVATED=no"), "{}", maybe.err);
    assert_eq!(lab.0.log().len(), 16);
}

#[test]
fn what_the_script_host_does_not_find_it_says_as_on_windows() {
    let lab = Shimmed::new("no-script");
    let came = lab.script("cscript //nologo nothere.vbs");
    assert_eq!(came.code, Some(1));
    assert_eq!(came.out, "Input Error: Can not find script file \"nothere.vbs\".\r\n");
    assert!(lab.script("cscript //nologo").out.starts_with("Usage: CScript"));
    assert!(lab.script("cscript /nologo").out.starts_with("Usage: CScript"));
    let odd = lab.script("cscript /nologo /nolog slmgr.vbs /dli");
    assert_eq!(odd.code, Some(1));
    assert_eq!(odd.out, "Input Error: Unknown option \"/nolog\" specified.\r\n");
    let wrong = lab.script("KMSLAB_EOL=cr slmgr /dli");
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("KMSLAB_EOL=lf"), "{}", wrong.err);
    let no_lab = lab.script("KMSLAB_LAB=none slmgr /dli");
    assert_eq!((no_lab.code, no_lab.out.as_str()), (Some(3), ""));
    assert!(no_lab.err.contains("there is no lab none"), "{}", no_lab.err);
    assert_eq!(lab.0.log().len(), 0);
}

#[test]
fn ipconfig_registers_the_machine_and_is_refused_while_its_clock_is_off() {
    let lab = Shimmed::new("ipconfig");
    let came =
        lab.script("ipconfig.exe /registerdns; wevtutil qe System '/q:*[System/EventID=8019]'");
    let said = "\r\nWindows IP Configuration\r\n\r\nRegistration of the DNS resource records for all \
                adapters of this computer has been initiated. Any errors will be reported in the \
                Event Viewer in 15 minutes.\r\n\r\n<Event ";
    assert!(came.out.starts_with(said), "{}", came.out);
    // The machine's own attempt at the start, and this one.
    assert_eq!(came.out.matches("<EventID>8019</EventID>").count(), 2, "{}", came.out);
    assert!(lab.0.ok(&["lab", "show", "dns"]).contains("not registered, 0x8007233A"));
    let denied = lab.script("KMSLAB_ELEVATED=no ipconfig /registerdns");
    assert_eq!(
        (denied.code, denied.out.as_str()),
        (Some(1), "The requested operation requires elevation.\r\n")
    );
    let odd = lab.script("ipconfig /release");
    assert_eq!(odd.code, Some(1));
    assert!(odd.out.starts_with("\r\nError: unrecognized or incomplete command line.\r\n"));
    lab.script("w32tm /config /syncfromflags:domhier /update; net stop w32time; net start w32time");
    let all = lab.script("ipconfig /all; KMSLAB_MACHINE=kms ipconfig");
    assert!(
        all.out.contains("   Primary Dns Suffix  . . . . . . . : corp.example\r\n"),
        "{}",
        all.out
    );
    assert!(
        all.out.ends_with(": 198.18.0.1\r\n   Subnet Mask . . . . . . . . . . . : 255.254.0.0\r\n")
    );
    let zone = lab.0.ok(&["lab", "show", "dns"]);
    assert!(zone.ends_with("member  MEMBER.corp.example  registered\n"), "{zone}");
}

#[test]
fn wevtutil_queries_the_log() {
    let lab = Shimmed::new("wevtutil");
    lab.script("slmgr /ato; slmgr /ato");
    let xml = lab.script("wevtutil qe Application");
    assert_eq!(xml.out.lines().count(), 2, "{}", xml.out);
    let query = "*[System[(EventID=12288) and TimeCreated[timediff(@SystemTime) <= 3600000]]]";
    let text = lab.script(&format!("wevtutil qe application '/q:{query}' /f:text /c:1 /rd:true"));
    assert!(text.out.starts_with("Event[0]:\r\n  Log Name: Application\r\n"), "{}", text.out);
    assert!(text.out.contains("\r\n  Event ID: 12288\r\n"), "{}", text.out);
    assert!(text.out.contains("0xC004F06C, 0x00000000, kms."), "{}", text.out);
    let host = "KMSLAB_MACHINE=kms wevtutil.exe query-events 'Key Management Service' \
                /format:RenderedXml /element:Events";
    let host = lab.script(host).out;
    assert!(host.starts_with("<Events>\r\n<Event xmlns="), "{host}");
    assert!(host.contains("<Message>An activation request has been processed.\r\nInfo:"), "{host}");
    assert!(host.ends_with("</Event>\r\n</Events>\r\n"), "{host}");
    for (line, code, part) in [
        ("wevtutil qe Nothing", 15_007 % 256, "channel could not be found"),
        ("wevtutil qe Application '/q:*['", 15_001 % 256, "query is invalid"),
        ("wevtutil qe Application /c:x", 87, "/c:x"),
        ("wevtutil qe", 87, "Too few arguments"),
        ("wevtutil cl Application", 87, "are simulated"),
    ] {
        let came = lab.script(line);
        assert_eq!(came.code, Some(code), "{line}: {}", came.out);
        assert!(came.out.contains(part), "{line}: {}", came.out);
    }
    // Looking is not recorded.
    assert_eq!(lab.0.log().len(), 2);
}

#[test]
fn wevtutil_takes_structured_queries_from_files_and_in_place() {
    let lab = Shimmed::new("structured");
    lab.0.ok(&["lab", "advance", "20m"]);
    let list = "<QueryList>\r\n  <Query Id=\"0\" Path=\"System\">\r\n    <Select Path=\"System\">\
                *[System[(Level &lt;= 3)]]</Select>\r\n    <Suppress Path=\"System\">\
                *[System[(EventID=50 or EventID=8019)]]</Suppress>\r\n    <Select Path=\"Application\">\
                *[System[(EventID=12288)]]</Select>\r\n  </Query>\r\n</QueryList>\r\n";
    std::fs::create_dir_all(lab.0.path("elsewhere")).unwrap();
    lab.0.write("elsewhere/query.xml", list);
    let units = std::iter::once(0xFEFF).chain(list.encode_utf16());
    let wide: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    std::fs::write(lab.0.path("elsewhere/wide.xml"), wide).unwrap();
    let ids = |out: &str| -> Vec<String> {
        let ids = out.lines().filter_map(|line| line.trim().strip_prefix("Event ID: "));
        ids.map(str::to_owned).collect()
    };
    let came = lab.script("wevtutil qe query.xml /sq:true /f:text");
    assert_eq!((came.code, ids(&came.out)), (Some(0), vec!["12288".to_owned(), "34".to_owned()]));
    for line in [
        "wevtutil.exe query-events /structuredquery:true wide.xml /f:text",
        "wevtutil qe /sq:t /f:Text ./query.xml /rd:false",
        "wevtutil qe System \"/q:$(cat query.xml)\" /f:text",
    ] {
        assert_eq!(lab.script(line).out, came.out, "{line}");
    }
    let newest = lab.script("wevtutil qe query.xml /sq:true /rd:true /c:1 /f:text");
    assert_eq!(ids(&newest.out), ["34"]);
    lab.0.write("elsewhere/log.xml", &list.replace("\"System\"", "\"Security\""));
    lab.0.write("elsewhere/broken.xml", "<QueryList>");
    for (line, code, part) in [
        ("wevtutil qe nothere.xml /sq:true", 2, "cannot find the file"),
        ("wevtutil qe log.xml /sq:true", 15_007 % 256, "channel could not be found"),
        ("wevtutil qe broken.xml /sq:true", 15_001 % 256, "query is invalid"),
        ("wevtutil qe query.xml /sq:true '/q:*'", 87, "*"),
        ("wevtutil qe System /lf:true", 87, "/lf:true"),
    ] {
        let came = lab.script(line);
        assert_eq!(came.code, Some(code), "{line}: {}", came.out);
        assert!(came.out.contains(part), "{line}: {}", came.out);
    }
    // The same under this program's own name.
    let own = lab.0.ok(&["wevtutil", "qe", "elsewhere/query.xml", "/sq:true", "/f:text"]);
    assert_eq!(own, came.out.replace("\r\n", "\n"));
    assert_eq!(lab.0.log().len(), 1);
}

#[test]
fn links_are_made_once_removed_again_and_never_in_place_of_others() {
    let lab = Shimmed::new("links");
    let folder = |name: &str| std::fs::read_dir(lab.0.path(name)).unwrap().count();
    let links = folder("bin");
    lab.0.ok(&["shim", "install", "bin"]);
    assert_eq!(folder("bin"), links);
    // A link to a link is this program still.
    std::fs::remove_file(lab.0.path("bin/net")).unwrap();
    std::os::unix::fs::symlink(lab.0.path("bin/slmgr"), lab.0.path("bin/net")).unwrap();
    lab.0.ok(&["shim", "install", "bin"]);
    lab.0.ok(&["shim", "remove", "bin"]);
    assert_eq!(folder("bin"), 0);
    // All are linked, or none.
    lab.0.write("bin/net", "somebody else's");
    let came = lab.0.run(&["shim", "install", "bin"]);
    assert_eq!(came.code, Some(8));
    assert!(came.err.contains("net is there already"), "{}", came.err);
    assert_eq!(folder("bin"), 1);
    lab.0.ok(&["shim", "remove", "bin"]);
    assert!(lab.0.path("bin/net").exists());
}
