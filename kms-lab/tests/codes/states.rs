//! The codes of states: each by what happens to a machine or host, or by what is typed on it.

use std::collections::BTreeSet;

use client_sim::activation::fold::FoldProfile;
use client_sim::activation::{Answer, Attempt};
use client_sim::installation::Service;
use client_sim::license::License;
use client_sim::machine::Machine;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::response::Response;
use kms_proto::kms::version::Version;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::parse::parse;
use kms_sim::config::HostConfig;
use kms_sim::host::Host;

use crate::NOW;

fn fresh() -> Machine {
    let name = MachineName::new("CODES").unwrap();
    Machine::new(name, Realm::default(), Edition::ServerStandard)
}

fn typed(machine: &mut Machine, line: &str, elevated: bool) -> HResult {
    let words: Vec<&str> = line.split(' ').collect();
    let command = parse(&words, Profile::Windows8).unwrap().command;
    machine.slmgr(&command, NOW.filetime(), elevated).code
}

fn typed_on_host(host: &mut Host, line: &str) -> HResult {
    let words: Vec<&str> = line.split(' ').collect();
    let command = parse(&words, Profile::Windows8).unwrap().command;
    host.slmgr(&command, NOW.filetime(), true).code
}

/// What slmgr shows of a granted answer.
fn granted(machine: &mut Machine) -> HResult {
    let request = machine.request(Version::V6, NOW.filetime());
    let answer = Answer::Granted(Response {
        version: request.version,
        pid: Pid::new(&Edition::ServerKmsHost.extended_pid(Profile::Windows8)).unwrap(),
        cmid: request.cmid,
        client_time: request.client_time,
        count: 25,
        activation_interval: 120,
        renewal_interval: 10_080,
    });
    let server = "kms01".parse().unwrap();
    let attempt = Attempt { request: &request, server: &server, address: None };
    machine.conclude(attempt, answer, NOW.filetime(), FoldProfile::Documented).shown
}

/// Every code of a state that comes about, each checked to be the one it should be.
pub(crate) fn produced() -> BTreeSet<HResult> {
    let mut produced: BTreeSet<HResult> =
        (0..=6).map(|status| License::new(LicenseStatus(status), 0).reason).collect();
    let mut came = |expected: u32, found: HResult| {
        assert_eq!(found, HResult(expected));
        produced.insert(found);
    };

    came(0xC004_F009, License::INITIAL.after(30 * 1440).reason);
    came(0xC004_F00F, License::ACTIVATED.on_other_hardware().reason);
    let mut upgrade = fresh();
    upgrade.installation.firmware_mark = false;
    came(0xC004_F035, granted(&mut upgrade));

    let mut machine = fresh();
    came(0xC004_F025, typed(&mut machine, "/rearm", false));
    came(0x8007_0005, typed(&mut machine, "/skms kms01", false));
    came(0x8007_0057, typed(&mut machine, "/skms kms01:port", true));
    came(0xC004_F050, typed(&mut machine, "/ipk AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", true));
    came(0xC004_F069, typed(&mut machine, "/ipk LAB02-LAB02-LAB02-LAB02-LAB02", true));
    machine.installation.rearmed = 1001;
    came(0xC004_D307, typed(&mut machine, "/rearm", true));
    assert_eq!(typed(&mut machine, "/upk", true), HResult::OK);
    came(0xC004_F014, typed(&mut machine, "/dlv", true));
    came(0xC004_F014, machine.license.reason);
    assert_eq!(typed(&mut machine, "/ipk LAB01-LAB01-LAB01-LAB01-LAB01", true), HResult::OK);
    came(0xC004_F056, machine.license.reason);
    machine.installation.service = Service::Stopping;
    came(0xC004_F075, typed(&mut machine, "/ato", true));

    let mut host = Host::new(HostConfig::default());
    came(0x8007_0057, typed_on_host(&mut host, "/sai 14"));
    let vista = HostConfig { virtual_unsupported: true, activated: false, ..HostConfig::default() };
    came(0xC004_F06B, typed_on_host(&mut Host::new(vista), "/ato"));
    produced
}
