//! `kmslab activate`: one machine against any host.

mod dns;

use std::time::Duration;

use clap::Args;
use client_sim::activation::fold::FoldProfile;
use client_sim::clock::Clock;
use client_sim::clock::spec::ClockSpec;
use client_sim::kms_host::KmsHost;
use client_sim::license::License;
use client_sim::machine::Machine;
use client_sim::session::config::{Offer, SessionConfig};
use client_sim::slmgr::ato;
use kms_proto::draw::Draw;
use kms_proto::kms::catalogue::{find, parse};
use kms_proto::kms::hresult::HResult;
use kms_proto::kms::license_status::LicenseStatus;
use kms_proto::kms::machine_name::MachineName;
use kms_proto::kms::realm::Realm;
use kms_proto::kms::version::Version;
use kms_proto::time::window::Window;
use kms_proto::windows::identity::Edition;
use kms_proto::windows::profile::Profile;
use serde::Serialize;

use crate::attempt::{Attempted, How, attempt};
use crate::clock::true_now;
use crate::console::{ASIDE, BAD, Console, GOOD};
use crate::exit::Exit;
use crate::journal::line::SCHEMA;
use crate::runtime;
use crate::seed::Seed;
use crate::stop::Stop;
use crate::values;
use crate::verbs::activate::dns::{DnsArgs, DnsReport, seek};

/// What `kmslab activate` takes.
#[derive(Debug, Args)]
pub struct ActivateArgs {
    /// The host: a name or an address, and :PORT where it is not 1688; IPv6 in brackets.
    #[arg(value_name = "HOST:PORT", required_unless_present = "dns")]
    pub host: Option<KmsHost>,
    /// What is wrong with the machine's clock (see `kmslab clock --help`).
    #[arg(long, value_name = "SPEC", default_value = "0", allow_hyphen_values = true)]
    pub clock: ClockSpec,
    /// The KMS protocol version spoken: 4, 5 or 6.
    #[arg(long, default_value = "6", value_parser = values::protocol)]
    pub protocol: Version,
    /// The NDR transfer syntax offered: 32, 64, or both as Windows does.
    #[arg(long, default_value = "both", value_parser = offer)]
    pub ndr: Offer,
    /// The realm whose seal it speaks.
    #[arg(long, default_value_t)]
    pub realm: Realm,
    /// The machine's name, at most 63 UTF-16 units; its CMID is derived from it.
    #[arg(long, value_name = "NAME", default_value = "MEMBER01", value_parser = machine_name)]
    pub name: MachineName,
    /// The product: server-standard (N 5), enterprise (N 25), office (N 5).
    #[arg(long, default_value = "server-standard")]
    pub edition: Edition,
    /// How many clients the product needs, instead of the edition's own N.
    #[arg(long, value_name = "N", value_parser = values::number)]
    pub n_policy: Option<u32>,
    /// The licence status the machine says it is in, 0 to 6.
    #[arg(long, value_name = "STATUS", value_parser = values::license_status)]
    pub status: Option<LicenseStatus>,
    /// Say that the machine is virtual.
    #[arg(long)]
    pub vm: bool,
    /// The result that counts as success: a code, or ok.
    #[arg(long, value_name = "CODE|ok", default_value = "ok", value_parser = expected)]
    pub expect: HResult,
    /// Whose slmgr text to print: windows7 or windows8 (and later).
    #[arg(long, default_value = "windows8")]
    pub profile: Profile,
    /// What event 12288 carries: documented (the true code) or silent (slmgr's); open: slmgr shows
    /// the true code too.
    #[arg(long, default_value = "documented")]
    pub fold: FoldProfile,
    /// How long the whole attempt may take.
    #[arg(long, value_name = "LENGTH", default_value = "10s", value_parser = values::length)]
    pub timeout: Duration,
    /// The seed of every draw, the request's IV among them: a number, or random.
    #[arg(long, default_value_t)]
    pub seed: Seed,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// How it looks the host up.
    #[command(flatten)]
    pub dns: DnsArgs,
}

/// The attempt as a document.
#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    /// The host tried last; `None` where DNS named none.
    host: Option<&'a KmsHost>,
    dns: Option<&'a DnsReport>,
    machine: MachineName,
    realm: &'a str,
    seed: u64,
    protocol: Version,
    clock: String,
    true_time: String,
    client_time: String,
    client_filetime: u64,
    injected: String,
    injected_ns: i128,
    saturated: bool,
    result: HResult,
    symbol: Option<&'static str>,
    shown: HResult,
    expected: HResult,
    passed: bool,
    outcome: &'a client_sim::activation::Outcome,
    /// Where and why there was no reply, when there was none.
    detail: Option<&'a str>,
    slmgr: String,
}

/// Makes the attempt; succeeds when its true result is the one expected.
///
/// # Errors
///
/// When the output cannot be written or the system gives no event queue. A host that cannot be
/// reached is a result.
pub fn run(args: &ActivateArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let mut machine = Machine::new(args.name, args.realm.clone(), args.edition);
    machine.profile = args.profile;
    machine.virtual_machine = args.vm;
    machine.registered_host.clone_from(&args.host);
    if let Some(status) = args.status {
        machine.license = License::new(status, machine.license.minutes);
    }
    let session = SessionConfig { offer: args.ndr, ..SessionConfig::default() };
    let how = How {
        version: args.protocol,
        session,
        seed: args.seed.0,
        timeout: args.timeout,
        fold: args.fold,
        n_policy: args.n_policy,
    };
    let now = true_now();
    let mut clock = Clock::new(args.clock, now, Draw::new(args.seed.0), &args.name.to_string());
    let (done, host, looked_up) = runtime::block_on(async {
        let (machine, clock) = (&mut machine, &mut clock);
        if let Some(host) = &args.host {
            let done = attempt(machine, clock, now, host, &how, 1).await;
            (done, Some(host.clone()), None)
        } else {
            let (done, host, report) = seek(&args.dns, machine, (clock, now), &how).await;
            (done, host, Some(report))
        }
    })?;
    let passed = done.outcome.code == args.expect;

    if args.json {
        let report = Report {
            schema: SCHEMA,
            host: host.as_ref(),
            dns: looked_up.as_ref(),
            machine: args.name,
            realm: args.realm.as_str(),
            seed: args.seed.0,
            protocol: args.protocol,
            clock: args.clock.to_string(),
            true_time: now.filetime().to_string(),
            client_time: done.reading.filetime.to_string(),
            client_filetime: done.reading.filetime.0,
            injected: done.reading.injected.to_string(),
            injected_ns: done.reading.injected.nanos(),
            saturated: done.reading.saturated,
            result: done.outcome.code,
            symbol: symbol(done.outcome.code),
            shown: done.outcome.shown,
            expected: args.expect,
            passed,
            outcome: &done.outcome,
            detail: done.detail.as_deref(),
            slmgr: ato::text(&machine, &done.outcome),
        };
        serde_json::to_writer_pretty(&mut console.out, &report).map_err(std::io::Error::from)?;
        writeln!(console.out)?;
    } else {
        write!(console.out, "{}", ato::text(&machine, &done.outcome))?;
        let style = if passed { GOOD } else { BAD };
        let code = console.paint(style, &described(done.outcome.code));
        let aside = console.paint(ASIDE, &beside(&done, args.seed));
        writeln!(console.out, "true code {code}   {aside}")?;
        for line in looked_up.iter().flat_map(DnsReport::lines) {
            writeln!(console.out, "DNS       {}", console.paint(ASIDE, &line))?;
        }
    }
    if passed {
        return Ok(Exit::Ok);
    }
    let (found, wanted) = (described(done.outcome.code), described(args.expect));
    if done.outcome.shown == args.expect {
        let hint = "slmgr shows that; the true code is";
        writeln!(
            console.err,
            "kmslab: expected {wanted}: {hint} {found}\n  try: --expect {}",
            done.outcome.code
        )?;
    } else {
        writeln!(console.err, "kmslab: expected {wanted}, got {found}")?;
    }
    Ok(Exit::Failed)
}

/// What else there is to say on the line of the true code.
fn beside(done: &Attempted, seed: Seed) -> String {
    let mut parts = vec![format!("skew {} against this computer's clock", done.reading.injected)];
    if done.outcome.code == HResult::INVALID_TIMESTAMP {
        parts.push(format!("window {} unless the host says otherwise", Window::default()));
    }
    if let Some(count) = done.outcome.count {
        parts.push(format!("count {count} of {} needed", done.outcome.n_policy));
    }
    if seed != Seed::default() {
        parts.push(format!("seed {seed}"));
    }
    parts.extend(done.detail.clone());
    // The code itself tells of a refusal, and the detail of a fault.
    let told = |check: &str| ["hresult", "fault"].contains(&check);
    let failures = done.outcome.failures.iter().filter(|failed| !told(&failed.check));
    parts.extend(failures.map(|failed| format!("{}: {}", failed.check, failed.detail)));
    parts.join("; ")
}

fn described(code: HResult) -> String {
    match (code, symbol(code)) {
        (HResult::OK, _) => "ok (activated)".to_owned(),
        (code, Some(symbol)) => format!("{code} ({symbol})"),
        (code, None) => code.to_string(),
    }
}

fn symbol(code: HResult) -> Option<&'static str> {
    find(code).and_then(|entry| entry.symbol)
}

fn expected(text: &str) -> Result<HResult, String> {
    if text == "ok" {
        return Ok(HResult::OK);
    }
    parse(text).map_err(|e| format!("{e}; or ok"))
}

fn offer(text: &str) -> Result<Offer, String> {
    match text {
        "32" => Ok(Offer::Ndr32),
        "64" => Ok(Offer::Ndr64),
        "both" => Ok(Offer::Both),
        _ => Err("one of 32, 64, both".to_owned()),
    }
}

fn machine_name(text: &str) -> Result<MachineName, String> {
    MachineName::new(text)
        .filter(|_| !text.is_empty())
        .ok_or_else(|| "a name of 1 to 63 UTF-16 units without NUL".to_owned())
}
