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

/// Reads what stands after `net`.
///
/// # Errors
///
/// With what `net` prints, when it is neither `start` nor `stop` with a service of this lab.
pub fn parse(arguments: &[&str]) -> Result<Command, Reply> {
    let (verb, name) = match arguments {
        [verb, name @ ..] if !name.is_empty() => (verb.to_ascii_lowercase(), name.join(" ")),
        _ => return Err(syntax()),
    };
    let of: fn(Service) -> Command = match verb.as_str() {
        "start" => Command::Start,
        "stop" => Command::Stop,
        _ => return Err(syntax()),
    };
    let name = name.trim_matches('"');
    Service::by_name(name).map(of).ok_or_else(|| failed("The service name is invalid.", 2185))
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

/// What `net` prints of a service that may not be stopped or started by hand.
pub fn not_controllable() -> Reply {
    failed("The requested pause, continue, or stop is not valid for this service.", 2191)
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
        ] {
            assert_eq!(parse(arguments), Ok(command), "{arguments:?}");
        }
        for arguments in [&[][..], &["start"], &["pause", "w32time"], &["stop", "spooler"]] {
            assert_eq!(parse(arguments).unwrap_err().code, HResult(2), "{arguments:?}");
        }
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
