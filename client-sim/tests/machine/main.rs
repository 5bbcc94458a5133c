//! A machine on every surface: slmgr's texts, events and CIM, compared with golden files.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod activation;
mod cim;
mod commands;
mod golden;
mod office;
mod slmgr;

use client_sim::activation::fold::FoldProfile;
use client_sim::activation::{Answer, Attempt, Outcome};
use client_sim::kms_host::KmsHost;
use client_sim::machine::Machine;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::profile::Profile;

const BOTH: [Profile; 2] = [Profile::Windows7, Profile::Windows8];

/// 2026-01-01 05:10:00, five hours fast.
const CLOCK: FileTime = FileTime(134_117_178_000_000_000);

fn member() -> Machine {
    Machine {
        registered_host: Some(host()),
        ..Machine::new(
            MachineName::new("MEMBER01").unwrap(),
            Realm::default(),
            Edition::ServerStandard,
        )
    }
}

fn host() -> KmsHost {
    "kms01.lab.example".parse().unwrap()
}

fn granted(request: &Request, count: u32) -> Answer {
    let pid = Edition::ServerKmsHost.extended_pid(Profile::Windows8);
    Answer::Granted(Response {
        version: request.version,
        pid: Pid::new(&pid).unwrap(),
        cmid: request.cmid,
        client_time: request.client_time,
        count,
        activation_interval: 60,
        renewal_interval: 1440,
    })
}

/// One attempt at the clock's time, answered by what `answer` makes of the request.
fn attempt(
    machine: &mut Machine,
    fold: FoldProfile,
    answer: impl FnOnce(&Request) -> Answer,
) -> Outcome {
    let request = machine.request(Version::V6, CLOCK);
    let (answer, server) = (answer(&request), host());
    let address = Some("10.0.0.5".parse().unwrap());
    let attempt = Attempt { request: &request, server: &server, address };
    machine.conclude(attempt, answer, CLOCK.later(10_000_000), fold)
}

fn activated(mut machine: Machine) -> Machine {
    let outcome = attempt(&mut machine, FoldProfile::Documented, |r| granted(r, 25));
    assert!(outcome.activated());
    machine
}
