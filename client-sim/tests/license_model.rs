//! A machine's licence against its definition: a state, what is left of it, and what it turns into.

use client_sim::activation::fold::FoldProfile;
use client_sim::activation::{Answer, Attempt};
use client_sim::license::tally::Tally;
use client_sim::machine::Machine;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::response::Response;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::profile::Profile;
use kms_proto::windows::slmgr::command::Command;
use proptest::prelude::*;

const MINUTE: u64 = 600_000_000;
const MONTH: u64 = 30 * 1440;
const KEY: &str = "LAB01-LAB01-LAB01-LAB01-LAB01";

/// What can happen to a licence.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Passes(u64),
    SetBack(u64),
    Granted(u32),
    Refused,
    Hardware,
    Rearm,
    Restart,
    KeyRemoved,
    KeyInstalled,
}

/// The definition: status, reason, minutes left; whether there is a key and a re-arm to come.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Model {
    status: u32,
    reason: u32,
    left: u64,
    key: bool,
    rearms: u32,
    pending: bool,
}

impl Model {
    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Passes(minutes) => (0..minutes / 60).for_each(|_| self.pass(60)),
            Happens::Granted(count) if self.key && count >= 5 => self.be(1, 0x4004_F040, 6 * MONTH),
            Happens::Hardware if self.status == 1 => self.be(3, 0xC004_F00F, MONTH),
            Happens::Rearm if self.rearms > 0 => {
                self.rearms -= 1;
                self.pending = true;
            }
            Happens::Restart => {
                if self.pending && self.key {
                    self.be(2, 0x4004_F00C, MONTH);
                }
                self.pending = false;
            }
            Happens::KeyRemoved => {
                if self.key {
                    self.key = false;
                    self.be(0, 0xC004_F014, 0);
                }
            }
            Happens::KeyInstalled => {
                self.key = true;
                if self.status != 2 {
                    self.be(5, 0xC004_F056, 0);
                }
            }
            Happens::SetBack(_)
            | Happens::Refused
            | Happens::Granted(_)
            | Happens::Hardware
            | Happens::Rearm => {}
        }
    }

    fn be(&mut self, status: u32, reason: u32, left: u64) {
        (self.status, self.reason, self.left) = (status, reason, left);
    }

    /// An hour, in which at most one state ends, at its end.
    fn pass(&mut self, minutes: u64) {
        if self.left == 0 {
            return;
        }
        self.left -= minutes;
        match (self.left, self.status) {
            (0, 1) => self.be(3, 0x4004_F00D, MONTH),
            (0, _) => self.be(5, 0xC004_F009, 0),
            _ => {}
        }
    }
}

/// The machine, and the clock on its wall.
struct Real {
    machine: Machine,
    tally: Tally,
    wall: FileTime,
}

impl Real {
    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Passes(minutes) => self.wall = self.wall.later(minutes / 60 * 60 * MINUTE),
            Happens::SetBack(minutes) => self.wall = FileTime(self.wall.0 - minutes * MINUTE),
            Happens::Granted(count) => {
                // A machine without its key does not ask.
                if self.machine.tries() {
                    self.attempt(Some(count));
                }
            }
            Happens::Refused => self.attempt(None),
            Happens::Hardware => self.machine.hardware_changed(),
            Happens::Rearm => self.slmgr(&Command::Rearm),
            Happens::Restart => self.machine.restart(),
            Happens::KeyRemoved => self.slmgr(&Command::UninstallKey(None)),
            Happens::KeyInstalled => self.slmgr(&Command::InstallKey(KEY.to_owned())),
        }
        self.tally.count(&mut self.machine.license, self.wall);
    }

    fn slmgr(&mut self, command: &Command) {
        let _ = self.machine.slmgr(command, self.wall, true);
    }

    #[expect(clippy::unwrap_used, reason = "these names are right")]
    fn attempt(&mut self, count: Option<u32>) {
        let request = self.machine.request(Version::V6, self.wall);
        let answer = match count {
            None => Answer::Refused(HResult::INVALID_TIMESTAMP),
            Some(count) => Answer::Granted(Response {
                version: request.version,
                pid: Pid::new(&Edition::ServerKmsHost.extended_pid(Profile::Windows8)).unwrap(),
                cmid: request.cmid,
                client_time: request.client_time,
                count,
                activation_interval: 120,
                renewal_interval: 10_080,
            }),
        };
        let server = "kms01".parse().unwrap();
        let attempt = Attempt { request: &request, server: &server, address: None };
        let outcome = self.machine.conclude(attempt, answer, self.wall, FoldProfile::Documented);
        if outcome.activated() {
            self.tally = Tally::from(self.wall);
        }
    }
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0..8 * MONTH).prop_map(Happens::Passes),
        2 => (0..2 * MONTH).prop_map(Happens::Passes),
        1 => (0..9 * MONTH).prop_map(Happens::SetBack),
        3 => (0_u32..10).prop_map(Happens::Granted),
        1 => Just(Happens::Refused),
        1 => Just(Happens::Hardware),
        1 => Just(Happens::Rearm),
        1 => Just(Happens::Restart),
        1 => Just(Happens::KeyRemoved),
        2 => Just(Happens::KeyInstalled),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_licence_is_its_definition(all in prop::collection::vec(happens(), 0..40), seven: bool) {
        let profile = if seven { Profile::Windows7 } else { Profile::Windows8 };
        let name = MachineName::new("PC").unwrap();
        let machine =
            Machine { profile, ..Machine::new(name, Realm::default(), Edition::ServerStandard) };
        // Far enough from the beginning of time to be set back again and again.
        let wall = FileTime(134_000_000_000_000_000);
        let mut real = Real { machine, tally: Tally::from(wall), wall };
        let mut model = Model {
            status: 2,
            reason: 0x4004_F00C,
            left: MONTH,
            key: true,
            rearms: if seven { 3 } else { 1001 },
            pending: false,
        };
        for what in all {
            real.happen(what);
            model.happen(what);
            let (license, installation) = (real.machine.license, real.machine.installation);
            let found = Model {
                status: license.status.0,
                reason: license.reason.0,
                left: license.minutes.into(),
                key: installation.key,
                rearms: installation.rearms_left(profile),
                pending: installation.rearm_pending,
            };
            prop_assert_eq!(found, model, "after {:?}", what);
        }
    }
}
