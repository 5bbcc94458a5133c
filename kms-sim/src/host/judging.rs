//! A message judged and recorded: the one door to the counters, the lists and the event log.

use kms_proto::kms::request::Request;
use kms_proto::kms::seal::Opened;
use kms_proto::kms::seal::envelope::Envelope;
use kms_proto::kms::seal::form::Form;
use kms_proto::time::FileTime;
use kms_proto::windows::event::request_processed::RequestProcessed;
use kms_proto::windows::identity;

use crate::decision::Decision;
use crate::host::{Host, Orders};
use crate::policy;
use crate::refusal::Refusal;
use crate::strictness::Strictness;
use crate::verdict::{Refused, Verdict};
use crate::why::Why;

/// A message that was opened and judged.
pub(super) struct Judged<'r> {
    pub(super) decision: Decision,
    pub(super) verdict: Verdict,
    pub(super) request: Option<&'r Request>,
}

impl Host {
    /// Judges what was opened. Only a request sealed with this realm's keys can come out granted.
    pub(super) fn judge<'r>(
        &self,
        opened: &'r Opened,
        orders: Orders,
        now: FileTime,
    ) -> Judged<'r> {
        let scripted = orders.refusal.or(self.config.scripted);
        match opened {
            Opened::Lab { request, envelope } => {
                let verdict = match policy::judge(&self.config, scripted, request, now) {
                    Verdict::Granted => self.pedantic(request, envelope, now).into(),
                    refused @ Verdict::Refused(_) => refused,
                };
                let decision = match verdict {
                    Verdict::Granted => Decision::Granted,
                    Verdict::Refused(_) => Decision::Refused,
                };
                Judged { decision, verdict, request: Some(request) }
            }
            Opened::Foreign { readable, .. } => {
                let readable = readable.as_ref();
                let client_time = readable.map(|request| request.client_time);
                let refused = policy::foreign::judge(&self.config, scripted, client_time, now);
                let verdict = Verdict::Refused(refused);
                Judged { decision: Decision::Foreign, verdict, request: readable }
            }
            Opened::Malformed(error) => {
                let refused = Refused::new(Refusal::INVALID_DATA, Why::Malformed(*error));
                let verdict = Verdict::Refused(refused);
                Judged { decision: Decision::Malformed, verdict, request: None }
            }
        }
    }

    /// What a pedantic host has against a request that every other rule passes.
    fn pedantic(&self, request: &Request, envelope: &Envelope, now: FileTime) -> Option<Refused> {
        if self.config.strictness != Strictness::Pedantic {
            return None;
        }
        let last = self.recent.of(request.cmid);
        let interval = self.config.activation_interval;
        policy::pedantic::judge(request, salt(envelope), last, interval, now)
    }

    /// Keeps in mind what a pedantic host will ask of the machine's next request.
    pub(super) fn note(&mut self, opened: &Opened, now: FileTime) {
        if let Opened::Lab { request, envelope } = opened
            && self.config.strictness == Strictness::Pedantic
        {
            self.recent.note(request.cmid, request.client_time, salt(envelope), now);
        }
    }

    /// Remembers what was judged, and returns the count to report.
    pub(super) fn record(&mut self, judged: &Judged<'_>, orders: Orders, now: FileTime) -> u32 {
        let granted = judged.decision == Decision::Granted;
        let by_status = granted || self.config.refused_bump_status;
        let status = judged.request.filter(|_| by_status).map(|request| request.license_status);
        self.ledger.record(judged.decision, status);

        let result = judged.verdict.result();
        match judged.request {
            Some(request) => self.events.request(RequestProcessed::new(request, result), now),
            None if judged.decision == Decision::Foreign => self.events.unreadable(result, now),
            None => {}
        }
        let refused = judged.decision == Decision::Refused;
        let listed = granted || refused && self.config.refused_listed;
        let listed = match judged.request {
            Some(r) if listed && !orders.hold_list => {
                self.clients.contact(r.application_id, r.cmid, r.n_policy, now)
            }
            Some(r) => self.clients.count(r.application_id, now),
            None => self.clients.count(identity::WINDOWS, now),
        };
        self.reported(listed)
    }
}

/// The IV a request was sealed under; version 4 has none.
fn salt(envelope: &Envelope) -> Option<[u8; 16]> {
    (envelope.form() != Form::V4).then_some(envelope.iv())
}
