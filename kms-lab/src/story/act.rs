//! What is done in the story, in order.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;
use kms_proto::time::window::Window;
use kms_proto::time::{FileTime, Skew};
use kms_proto::windows::event::Event;

use crate::journal::line::SCHEMA;
use crate::stop::Stop;
use crate::story::checks::{Traces, of_refusal, of_success};
use crate::story::stage::{HOST, MEMBER, Setting, Stage};
use crate::story::transcript::{Check, Step, Transcript};

/// How one compares two computers' clocks from one of them.
const COMPARE: &str = "Invoke-Command localhost, MEMBER01 { [DateTime]::UtcNow.ToString('o') }";

/// Plays 0xC004F06C from the first refusal to the repair.
///
/// # Errors
///
/// When the host cannot listen.
pub async fn invalid_timestamp(setting: &Setting) -> Result<Transcript, Stop> {
    let mut stage = Stage::set(setting)?;
    let mut teller = Teller::default();
    let code = HResult::INVALID_TIMESTAMP;

    let first = stage.ato().await;
    teller.ato("A member server is told to activate", &stage, &first);
    teller.checks.extend(of_refusal("1st try", code, &first));

    stage.wait(Nanos::minutes(1));
    teller.counters("What the host counted", &stage);

    stage.wait(Nanos::minutes(4));
    let second = stage.ato().await;
    teller.ato("It is told again", &stage, &second);
    teller.checks.extend(of_refusal("2nd try", code, &second));

    stage.wait(Nanos::minutes(1));
    let title = "The host after both tries";
    teller.tell(title, HOST, stage.host_clock(), "cscript slmgr.vbs /dlv", stage.host_dlv());
    let title = "What the member's Application log knows";
    teller.log(title, MEMBER, stage.member_clock(), &second.machine_events);
    let title = "What the host's Key Management Service log knows";
    teller.log(title, HOST, stage.host_clock(), &second.host_events);

    let (member, host) = (stage.member_clock(), stage.host_clock());
    let skew = member.skew_from(host);
    let compared = side_by_side(member, host, setting.window);
    teller.tell("The clocks, side by side", HOST, host, COMPARE, compared);

    stage.wait(Nanos::minutes(2));
    stage.set_member_clock();
    let now = stage.member_clock();
    let typed = format!("Set-Date '{now}'");
    teller.tell(
        "The operator sets the member's clock by hand",
        MEMBER,
        member,
        &typed,
        String::new(),
    );

    stage.wait(Nanos::minutes(1));
    let third = stage.ato().await;
    teller.ato("And tells it a third time", &stage, &third);
    teller.checks.extend(of_success("3rd try", &third));
    teller.tell(
        "The member's licence",
        MEMBER,
        stage.member_clock(),
        "cscript slmgr.vbs /dli",
        stage.member_dli(),
    );
    teller.counters("What the host has counted", &stage);

    let host_addr = stage.host_addr().to_string();
    stage.strike().await;
    let reproduced = teller.checks.iter().all(|check| check.passed);
    Ok(Transcript {
        schema: SCHEMA,
        code,
        realm: setting.realm.to_string(),
        seed: setting.seed,
        protocol: setting.protocol,
        window: setting.window,
        clock: setting.clock.to_string(),
        host_addr,
        inside: setting.window.holds(skew).then(|| skew.to_string()),
        steps: teller.steps,
        checks: teller.checks,
        reproduced,
    })
}

/// Keeps what was done and what it showed.
#[derive(Debug, Default)]
struct Teller {
    steps: Vec<Step>,
    checks: Vec<Check>,
}

impl Teller {
    fn tell(
        &mut self,
        title: &str,
        computer: &'static str,
        clock: FileTime,
        command: &str,
        output: String,
    ) {
        self.steps.push(Step {
            title: title.to_owned(),
            computer,
            clock: minute(clock),
            command: command.to_owned(),
            output,
            events: Vec::new(),
        });
    }

    fn ato(&mut self, title: &str, stage: &Stage, traces: &Traces) {
        let command = "cscript slmgr.vbs /ato";
        self.tell(title, MEMBER, stage.member_clock(), command, traces.slmgr.clone());
    }

    /// The two lines of the host's `/dlv` that tell of refusals.
    fn counters(&mut self, title: &str, stage: &Stage) {
        let dlv = stage.host_dlv();
        let lines: Vec<_> = dlv.lines().filter(|line| line.contains("received:")).collect();
        let command = "cscript slmgr.vbs /dlv | findstr received:";
        self.tell(title, HOST, stage.host_clock(), command, lines.join("\n"));
    }

    fn log(&mut self, title: &str, computer: &'static str, clock: FileTime, events: &[Event]) {
        let output =
            events.iter().map(|event| event.entry(computer)).collect::<Vec<_>>().join("\n");
        let log = events.first().map_or("Application", |event| event.log.name());
        let command = format!("wevtutil qe \"{log}\" /c:{} /rd:true /f:text", events.len());
        self.tell(title, computer, clock, &command, output);
        if let Some(step) = self.steps.last_mut() {
            step.events = events.to_vec();
        }
    }
}

fn side_by_side(member: FileTime, host: FileTime, window: Window) -> String {
    let skew: Skew = member.skew_from(host);
    let verdict = if window.holds(skew) { "inside" } else { "outside" };
    format!(
        "{MEMBER:<9} {member}\n{HOST:<9} {host}\n{:<9} {skew}  (client minus host), {verdict} the \
         window of {window}",
        "skew"
    )
}

/// A prompt needs no more than the minute.
fn minute(time: FileTime) -> String {
    let c = time.civil();
    format!("{:04}-{:02}-{:02} {:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute)
}
