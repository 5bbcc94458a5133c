//! `net start` and `net stop`: their command line, and what they print.

use kms_proto::kms::hresult::HResult;
use kms_proto::time::duration::Nanos;

use crate::w32tm::reply::{Effect, Reply};
use crate::w32tm::target::Target;

/// A service this lab simulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// `w32time`.
    WindowsTime,
    /// `sppsvc`.
    SoftwareProtection,
}

impl Service {
    /// Both.
    pub const ALL: [Self; 2] = [Self::WindowsTime, Self::SoftwareProtection];

    /// The name by which commands know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WindowsTime => "w32time",
            Self::SoftwareProtection => "sppsvc",
        }
    }

    /// The name texts have.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::WindowsTime => "Windows Time",
            Self::SoftwareProtection => "Software Protection",
        }
    }

    /// By either name, in any case, as `net` takes them.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| {
            name.eq_ignore_ascii_case(service.name())
                || name.eq_ignore_ascii_case(service.display_name())
        })
    }
}

/// What `net` was told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `net start`.
    Start(Service),
    /// `net stop`.
    Stop(Service),
}

/// How long a service takes to start or stop, of true time.
pub const TAKES: Nanos = Nanos::seconds(1);

/// Whether what stands after `net` asks which services are started: `start`, and nothing else.
pub fn lists(arguments: &[&str]) -> bool {
    matches!(unasked(arguments), [verb] if verb.eq_ignore_ascii_case("start"))
}

/// What `net start` prints where these services are started: theirs of this lab, by their names.
pub fn started(services: &[Service]) -> Reply {
    let mut names: Vec<&str> = services.iter().map(|service| service.display_name()).collect();
    names.sort_unstable();
    let mut text = "These Windows services are started:\n\n".to_owned();
    for name in names {
        text.extend(["   ", name, "\n"]);
    }
    Reply::done(text + "\nThe command completed successfully.\n\n")
}

/// Without the answer to questions that may stand at the end: `/y` or `/n`, or in full.
fn unasked<'a>(arguments: &'a [&'a str]) -> &'a [&'a str] {
    let is_answer =
        |word: &str| ["/y", "/yes", "/n", "/no"].iter().any(|one| one.eq_ignore_ascii_case(word));
    match arguments {
        [before @ .., last] if is_answer(last) => before,
        all => all,
    }
}

/// Reads what stands after `net`.
///
/// # Errors
///
/// With what `net` prints, when it is neither `start` nor `stop` with a service of this lab.
pub fn parse(arguments: &[&str]) -> Result<Command, Reply> {
    let (verb, name) = match unasked(arguments) {
        [verb, name @ ..] if !name.is_empty() => (verb.to_ascii_lowercase(), name.join(" ")),
        _ => return Err(syntax()),
    };
    let of: fn(Service) -> Command = match verb.as_str() {
        "start" => Command::Start,
        "stop" => Command::Stop,
        _ => return Err(syntax()),
    };
    let name = name.trim_matches('"');
    Service::by_name(name).map(of).ok_or_else(no_such_service)
}

/// What `net` prints of a command that is allowed or not, the service running or not.
///
/// The caller starts or stops the service where an effect asks for time to pass; without one
/// nothing happens.
pub fn run(command: Command, running: bool, elevated: bool) -> Reply {
    let denied = "System error 5 has occurred.\n\nAccess is denied.\n\n";
    let (service, begins, ends) = match command {
        Command::Start(_) if running => {
            return failed("The requested service has already been started.", 2182);
        }
        Command::Stop(service) if !running => {
            let line = format!("The {} service is not started.", service.display_name());
            return failed(&line, 3521);
        }
        _ if !elevated => return Reply::failed(HResult::ACCESS_DENIED, denied),
        Command::Start(service) => (service, "starting", "started"),
        Command::Stop(service) => (service, "stopping", "stopped"),
    };
    let name = service.display_name();
    let text =
        format!("The {name} service is {begins}.\nThe {name} service was {ends} successfully.\n\n");
    Reply { effect: Some(Effect::Wait(TAKES)), ..Reply::done(text) }
}

/// `net start w32time` and `net stop w32time` on a machine: the service starts or stops, too.
pub fn run_time(command: Command, target: &mut Target<'_>) -> Reply {
    let reply = run(command, target.service.is_running(), target.elevated);
    if reply.effect.is_none() {
        return reply;
    }
    let acts = match command {
        Command::Start(_) => target.service.start(target.now, target.wall),
        Command::Stop(_) => {
            let _ = target.service.stop();
            Vec::new()
        }
    };
    Reply { acts, ..reply }
}

/// What `net` prints of a service that is not there.
pub fn no_such_service() -> Reply {
    failed("The service name is invalid.", 2185)
}

/// `net` exits with 2 whatever failed.
fn failed(line: &str, message: u32) -> Reply {
    let text = format!("{line}\n\nMore help is available by typing NET HELPMSG {message}.\n\n");
    Reply::failed(HResult(2), text)
}

fn syntax() -> Reply {
    let text = "The syntax of this command is:\n\nNET\n    [ START | STOP ] service\n\n";
    Reply::failed(HResult(2), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_either_name() {
        for (arguments, command) in [
            (&["start", "w32time"][..], Command::Start(Service::WindowsTime)),
            (&["STOP", "W32Time"], Command::Stop(Service::WindowsTime)),
            (&["stop", "Windows", "Time"], Command::Stop(Service::WindowsTime)),
            (&["stop", "\"Software Protection\""], Command::Stop(Service::SoftwareProtection)),
            (&["stop", "sppsvc", "/y"], Command::Stop(Service::SoftwareProtection)),
            (&["stop", "Windows", "Time", "/YES"], Command::Stop(Service::WindowsTime)),
        ] {
            assert_eq!(parse(arguments), Ok(command), "{arguments:?}");
        }
        for arguments in [&[][..], &["start"], &["pause", "w32time"], &["stop", "spooler"]] {
            assert_eq!(parse(arguments).unwrap_err().code, HResult(2), "{arguments:?}");
        }
    }

    #[test]
    fn the_services_that_are_started_are_listed() {
        assert!(lists(&["START"]) && lists(&["start", "/y"]));
        assert!(!lists(&[]) && !lists(&["stop"]) && !lists(&["start", "w32time"]));
        assert_eq!(
            started(&Service::ALL).text,
            "These Windows services are started:\n\n   Software Protection\n   Windows Time\n\n\
             The command completed successfully.\n\n"
        );
    }

    #[test]
    fn a_service_is_started_and_stopped_once() {
        let start = Command::Start(Service::WindowsTime);
        let stop = Command::Stop(Service::WindowsTime);
        for (command, running, elevated, begins, acts) in [
            (start, false, true, "The Windows Time service is starting.\n", true),
            (stop, true, true, "The Windows Time service is stopping.\n", true),
            (start, true, true, "The requested service has already been started.\n", false),
            (stop, false, true, "The Windows Time service is not started.\n", false),
            (stop, true, false, "System error 5 has occurred.\n", false),
        ] {
            let reply = run(command, running, elevated);
            assert!(reply.text.starts_with(begins), "{}", reply.text);
            assert_eq!((reply.effect.is_some(), reply.code.is_ok()), (acts, acts));
        }
    }
}
