//! The machine that asks, and what it makes of what comes back.

use bytes::BytesMut;
use client_sim::activation::{Answer, FailedCheck};
use client_sim::machine::Machine;
use kms_proto::draw::Draw;
use kms_proto::kms::check::{Asked, verify_answer};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::seal::Seal;
use kms_proto::kms::version::Version;
use kms_proto::time::FileTime;
use kms_proto::windows::identity::Edition;

/// 2026-01-01T12:00:00Z: what every clock reads at the start.
pub(crate) const NOON: FileTime = FileTime(134_117_424_000_000_000);

/// What one attempt is made with.
pub(crate) struct Asking {
    pub(crate) message: BytesMut,
    asked: Asked,
    seal: Seal,
}

/// The attempt number `ordinal` of the machine `name` at `time`.
pub(crate) fn asking(name: &str, version: Version, time: FileTime, ordinal: u64) -> Asking {
    let realm = Realm::default();
    let machine_name = MachineName::new(name).unwrap();
    let machine = Machine::new(machine_name, realm.clone(), Edition::ServerStandard);
    let request = machine.request(version, time);
    let iv = Draw::new(7).keyed(name, "request", 0, ordinal, "iv").to_le_bytes();
    let seal = Seal::for_realm(&realm);
    let mut message = BytesMut::new();
    seal.seal_request(&request, iv, &mut message);
    Asking { message, asked: Asked { request, iv }, seal }
}

impl Asking {
    /// What an answer comes to.
    pub(crate) fn judge(&mut self, hresult: HResult, message: &[u8]) -> Answer {
        if !hresult.is_ok() {
            return Answer::Refused(hresult);
        }
        let answer = verify_answer(&mut self.seal, &self.asked, message);
        match answer.verified() {
            Ok(response) => Answer::Granted(*response),
            Err(_) => Answer::Failed(answer.failures.iter().map(FailedCheck::from).collect()),
        }
    }

    /// How many clients the machine's product needs.
    pub(crate) fn n_policy(&self) -> u32 {
        self.asked.request.n_policy
    }
}

/// An answer as a row of the table has it: `granted`, `refused 0x…`, `check hash`, or what kept it
/// away.
pub(crate) fn told(answer: &Answer, n_policy: u32) -> String {
    match answer {
        Answer::Granted(response) if response.count < n_policy => "too few".to_owned(),
        Answer::Granted(_) => "granted".to_owned(),
        Answer::Refused(code) => format!("refused {code}"),
        Answer::Failed(checks) => format!("check {}", checks[0].check),
        Answer::Trouble(trouble) => format!("{trouble:?}"),
    }
}
