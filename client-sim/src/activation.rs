//! What an attempt to activate comes to, on every surface at once.

pub mod fold;
mod rpc;
pub mod trouble;

use std::net::IpAddr;

use kms_proto::kms::check;
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::pid::Pid;
use kms_proto::kms::request::Request;
use kms_proto::kms::response::Response;
use kms_proto::rpc::status::FaultStatus;
use kms_proto::time::FileTime;
use kms_proto::windows::event::Event;
use kms_proto::windows::event::flags::StatusFlags;
use kms_proto::windows::event::request_sent::RequestSent;
use kms_proto::windows::event::response_processed::ResponseProcessed;
use serde::Serialize;

use crate::activation::fold::FoldProfile;
use crate::activation::trouble::Trouble;
use crate::kms_host::KmsHost;
use crate::license::License;
use crate::machine::{ActivatedBy, Machine};

/// What was asked, and of whom.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The request as it was sent.
    pub request: &'a Request,
    /// The host it was meant for.
    pub server: &'a KmsHost,
    /// The address the host was reached at, where it was.
    pub address: Option<IpAddr>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A granted answer that passed every check.
    Granted(Response),
    /// A refusal: the HRESULT of the host.
    Refused(HResult),
    /// An answer that failed these checks, the first being the error.
    Failed(Vec<FailedCheck>),
    /// No answer.
    Trouble(Trouble),
}

/// A named check that failed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedCheck {
    /// The check's name, such as `client_time`.
    pub check: String,
    /// What was found.
    pub detail: String,
}

impl From<&check::Failure> for FailedCheck {
    fn from(failure: &check::Failure) -> Self {
        Self { check: failure.check.name().to_owned(), detail: failure.detail.clone() }
    }
}

/// The result of one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// What really happened; 0 when activated.
    pub code: HResult,
    /// What slmgr shows; 0 when activated.
    pub shown: HResult,
    /// How many clients the product needs.
    pub n_policy: u32,
    /// How many machines the host counts, where it said so.
    pub count: Option<u32>,
    /// The host's extended product id, where it gave it.
    pub pid: Option<Pid>,
    /// Minutes between attempts, as the host wants them.
    pub activation_interval: Option<u32>,
    /// Minutes between renewals, as the host wants them.
    pub renewal_interval: Option<u32>,
    /// Why there was no answer.
    pub trouble: Option<Trouble>,
    /// The checks the answer failed, a fault and a refusal among them; the first is the error.
    pub failures: Vec<FailedCheck>,
    /// The machine's licence afterwards.
    pub license: License,
    /// What the machine wrote in its Application log.
    pub events: Vec<Event>,
}

impl Outcome {
    /// Whether the machine was activated.
    pub const fn activated(&self) -> bool {
        self.code.is_ok()
    }
}

impl Machine {
    /// Takes what came of an attempt: changes the licence, and says what every surface shows.
    ///
    /// `now` is what the machine's clock reads as it writes its events. A failure leaves the
    /// licence alone. An answer with a count below the product's own N is no failure of the host's:
    /// the machine takes its intervals, says so in event 12289, and is not activated; nor is one
    /// whose firmware bears no mark of a system that qualifies.
    pub fn conclude(
        &mut self,
        attempt: Attempt<'_>,
        answer: Answer,
        now: FileTime,
        fold: FoldProfile,
    ) -> Outcome {
        let mut outcome = self.not_sent(HResult::OK);
        outcome.n_policy = attempt.request.n_policy;
        let sent = match answer {
            Answer::Granted(response) => {
                self.take(&response, attempt, now, &mut outcome);
                HResult::OK
            }
            // The stub's check keeps this out; a refusal that is none must not pass for success.
            Answer::Refused(HResult::OK) => HResult::INVALID_DATA,
            Answer::Refused(code) => {
                outcome.failures.push(FailedCheck::from(&check::Failure::refused(code)));
                code
            }
            Answer::Failed(failures) => {
                outcome.failures = failures;
                HResult::INVALID_DATA
            }
            Answer::Trouble(trouble) => {
                outcome.trouble = Some(trouble);
                if let Trouble::Fault(status) = trouble {
                    let failure = check::Failure::fault(FaultStatus(status));
                    outcome.failures.push(FailedCheck::from(&failure));
                }
                match trouble {
                    Trouble::Dns(failure) => self.no_name.code(failure),
                    _ => trouble.hresult(),
                }
            }
        };
        // What the machine itself finds of a granted answer is shown as it is.
        outcome.shown = outcome.code;
        if !sent.is_ok() {
            outcome.code = sent;
            outcome.shown = fold.shown(sent);
        }
        // Where DNS names no host slmgr says so, and no request is sent that an event could tell of.
        if matches!(outcome.trouble, Some(Trouble::Dns(_))) {
            outcome.shown = outcome.code;
            return outcome;
        }
        let (server, result) = (attempt.server.to_string(), fold.logged(sent));
        let asked = RequestSent::new(attempt.request, server, result, StatusFlags::NONE);
        outcome.events.insert(0, asked.event(now));
        outcome
    }

    /// What an attempt comes to that ends with this code before anything is sent: no event tells of
    /// it, and nothing changes.
    pub fn not_sent(&self, code: HResult) -> Outcome {
        Outcome {
            code,
            shown: code,
            n_policy: self.edition.n_policy(),
            count: None,
            pid: None,
            activation_interval: None,
            renewal_interval: None,
            trouble: None,
            failures: Vec::new(),
            license: self.license,
            events: Vec::new(),
        }
    }

    /// Takes a granted answer: activated, or too few clients.
    fn take(
        &mut self,
        response: &Response,
        attempt: Attempt<'_>,
        now: FileTime,
        outcome: &mut Outcome,
    ) {
        // A product that needs no client at all needs the one that asks.
        let enough = response.count >= attempt.request.n_policy.max(1);
        let bound = enough && self.installation.firmware_mark;
        self.activation_interval = response.activation_interval;
        self.renewal_interval = response.renewal_interval;
        let flags = if bound {
            self.license = License::ACTIVATED;
            self.activated_by = Some(ActivatedBy { pid: response.pid, address: attempt.address });
            StatusFlags::NONE
        } else if enough {
            outcome.code = HResult::NOT_WINDOWS_SLP;
            StatusFlags::NOT_WINDOWS_SLP.with(StatusFlags::OTHER_PC)
        } else {
            outcome.code = HResult::NOT_ENOUGH_COUNT;
            // As in Microsoft's example of this case, the warning flag included.
            StatusFlags::NOT_ENOUGH_COUNT.with(StatusFlags::OTHER_PC)
        };
        outcome.license = self.license;
        outcome.count = Some(response.count);
        outcome.pid = Some(response.pid);
        outcome.activation_interval = Some(response.activation_interval);
        outcome.renewal_interval = Some(response.renewal_interval);
        let processed = ResponseProcessed {
            result: HResult::OK,
            flags,
            bound,
            count: response.count,
            activation_interval: response.activation_interval,
            renewal_interval: response.renewal_interval,
            client_time: attempt.request.client_time,
        };
        outcome.events.push(processed.event(now));
    }
}
