//! What every surface must show, by KB 974998 and the story this project starts from.

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::event::Event;
use kms_sim::ledger::Ledger;

use crate::story::transcript::Check;

/// The event a machine writes for each request.
const REQUEST_SENT: u16 = 12288;
/// The event a machine writes for each answer it takes.
const RESPONSE_PROCESSED: u16 = 12289;
/// The event a host writes for each request.
const REQUEST_PROCESSED: u16 = 12290;

/// What one `/ato` left behind on both sides.
#[derive(Clone, Debug)]
pub struct Traces {
    /// What slmgr printed.
    pub slmgr: String,
    /// What the machine logged.
    pub machine_events: Vec<Event>,
    /// What the host logged.
    pub host_events: Vec<Event>,
    /// The host's counters before.
    pub before: Ledger,
    /// The host's counters after.
    pub after: Ledger,
}

/// The surfaces of a refusal for time: slmgr's misleading code, the true one in both logs, both
/// counters one up.
pub fn of_refusal(attempt: &str, code: HResult, traces: &Traces) -> Vec<Check> {
    let shown = HResult::SERVICE_UNAVAILABLE.to_string();
    let name = |surface: &str| format!("{attempt}: {surface}");
    vec![
        Check::new(name("slmgr /ato on the member"), shown, slmgr_code(&traces.slmgr)),
        Check::new(
            name("event 12288 on the member"),
            code.to_string(),
            event_code(&traces.machine_events, REQUEST_SENT),
        ),
        Check::new(
            name("event 12290 on the host"),
            code.to_string(),
            event_code(&traces.host_events, REQUEST_PROCESSED),
        ),
        counter(name("total requests on the host"), 1, traces.before.total, traces.after.total),
        counter(name("failed requests on the host"), 1, traces.before.failed, traces.after.failed),
    ]
}

/// The surfaces of a success: no error anywhere, and only the total one up.
pub fn of_success(attempt: &str, traces: &Traces) -> Vec<Check> {
    let name = |surface: &str| format!("{attempt}: {surface}");
    let ok = "0x0";
    vec![
        Check::new(name("slmgr /ato on the member"), "activated", slmgr_code(&traces.slmgr)),
        Check::new(
            name("event 12288 on the member"),
            ok,
            event_code(&traces.machine_events, REQUEST_SENT),
        ),
        Check::new(
            name("event 12289 on the member"),
            ok,
            event_code(&traces.machine_events, RESPONSE_PROCESSED),
        ),
        Check::new(
            name("event 12290 on the host"),
            ok,
            event_code(&traces.host_events, REQUEST_PROCESSED),
        ),
        counter(name("total requests on the host"), 1, traces.before.total, traces.after.total),
        counter(name("failed requests on the host"), 0, traces.before.failed, traces.after.failed),
    ]
}

fn counter(surface: String, rise: u64, before: u64, after: u64) -> Check {
    let found = i128::from(after) - i128::from(before);
    Check::new(surface, format!("+{rise}"), format!("{found:+}"))
}

/// The code in slmgr's text, or that it says the product was activated.
fn slmgr_code(text: &str) -> String {
    let error = text.lines().find_map(|line| line.strip_prefix("Error: "));
    match error.and_then(|rest| rest.split(' ').next()) {
        Some(code) => code.to_owned(),
        None if text.contains("Product activated successfully.") => "activated".to_owned(),
        None => "neither success nor an error".to_owned(),
    }
}

/// The first field of the one event with this id.
fn event_code(events: &[Event], id: u16) -> String {
    let mut found = events.iter().filter(|event| event.id == id);
    match (found.next(), found.next()) {
        (None, _) => "no such event".to_owned(),
        (Some(_), Some(_)) => "more than one".to_owned(),
        (Some(event), None) => {
            let code = event.info.split(',').next().unwrap_or_default().trim();
            // 12288 and 12289 write success with eight digits, 12290 with one.
            if code == "0x00000000" { "0x0".to_owned() } else { code.to_owned() }
        }
    }
}
