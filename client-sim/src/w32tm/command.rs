//! The command line of `w32tm`.

mod read;

use core::fmt;

use crate::w32tm::command::read::{config, epoch, monitor, query, resync, stripchart};
use crate::w32tm::options::{Options, option};

/// What `w32tm` was told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/?`, or nothing at all.
    Help,
    /// `/config`: changes settings.
    Config(Config),
    /// `/resync`: sets the clock now.
    Resync(Resync),
    /// `/query`: shows what the service knows.
    Query(Query),
    /// `/stripchart`: measures another computer's clock, over and over.
    Stripchart(Stripchart),
    /// `/monitor`: asks several computers once.
    Monitor {
        /// Their names; a `*` before one says that it is the domain's first.
        computers: Vec<String>,
    },
    /// `/tz`: the time zone.
    Tz,
    /// `/ntte`: ticks since 1601 as a date.
    Ntte(u64),
    /// `/ntpte`: an NTP timestamp as a date.
    Ntpte(u64),
    /// `/dumpreg`: the settings as the registry has them.
    DumpReg {
        /// Below the service's own key.
        subkey: Option<String>,
        /// On another computer.
        computer: Option<String>,
    },
}

/// `/config`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// On another computer.
    pub computer: Option<String>,
    /// The running service takes the settings over.
    pub update: bool,
    /// The manual peers, separated by blanks, each with its flags: `time.windows.com,0x8`.
    pub manual_peers: Option<String>,
    /// Where the time comes from.
    pub sync_from: Option<SyncFrom>,
    /// Whether a domain controller is a reliable source.
    pub reliable: Option<bool>,
    /// From how many milliseconds on a sample is a spike.
    pub large_phase_offset: Option<u32>,
    /// Seconds the machine's own clock may be off.
    pub local_clock_dispersion: Option<u32>,
}

/// `/syncfromflags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncFrom {
    /// `MANUAL`: the peers of the list.
    pub manual: bool,
    /// `DOMHIER`: a domain controller.
    pub domain: bool,
}

/// `/resync`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resync {
    /// On another computer.
    pub computer: Option<String>,
    /// `/nowait`: do not wait for what comes of it.
    pub no_wait: bool,
    /// `/rediscover`: look for sources anew first.
    pub rediscover: bool,
}

/// `/query`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// On another computer.
    pub computer: Option<String>,
    /// What is asked for.
    pub what: What,
    /// More of it.
    pub verbose: bool,
}

/// What `/query` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The source's name.
    Source,
    /// The settings in force.
    Configuration,
    /// The peers.
    Peers,
    /// How it goes.
    Status,
}

/// `/stripchart`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripchart {
    /// Whose clock.
    pub computer: String,
    /// Seconds between two samples; 2 if left out.
    pub period: u32,
    /// Numbers only.
    pub data_only: bool,
    /// How many; without end if left out.
    pub samples: Option<u32>,
}

/// Why a command line is none, as `w32tm` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It begins with no command that is known.
    Unknown(String),
    /// Arguments nobody takes.
    Unexpected(Vec<String>),
    /// An option that must be there is not.
    Missing(&'static str),
    /// An option's value is none.
    Value {
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
    },
}

/// The text, its last line without an end.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(word) => write!(f, "The command {word} is unknown."),
            Self::Unexpected(arguments) => {
                f.write_str("The following arguments were unexpected:")?;
                arguments.iter().try_for_each(|argument| write!(f, "\n {argument}"))
            }
            Self::Missing(option) => write!(f, "The required parameter {option} is missing."),
            Self::Value { option, value } => {
                write!(f, "The parameter {option} has an invalid value: {value}")
            }
        }
    }
}

impl core::error::Error for Wrong {}

/// Reads what stands after `w32tm`.
///
/// # Errors
///
/// When it is no command, says too much, or lacks something.
pub fn parse(arguments: &[&str]) -> Result<Command, Wrong> {
    let Some((first, rest)) = arguments.split_first() else { return Ok(Command::Help) };
    let Some(name) = option(first) else { return Err(Wrong::Unknown((*first).to_owned())) };
    let mut options = Options::new(rest);
    let command = match name.to_ascii_lowercase().as_str() {
        "?" | "help" => Command::Help,
        "config" => Command::Config(config(&mut options)?),
        "resync" => Command::Resync(resync(&mut options)),
        "query" => Command::Query(query(&mut options)?),
        "stripchart" => Command::Stripchart(stripchart(&mut options)?),
        "monitor" => monitor(&mut options),
        "tz" => Command::Tz,
        "ntte" => Command::Ntte(epoch(&mut options, "/ntte")?),
        "ntpte" => Command::Ntpte(epoch(&mut options, "/ntpte")?),
        "dumpreg" => Command::DumpReg {
            subkey: options.value("subkey").map(str::to_owned),
            computer: options.value("computer").map(str::to_owned),
        },
        _ => return Err(Wrong::Unknown((*first).to_owned())),
    };
    match options.left() {
        left if left.is_empty() => Ok(command),
        left => Err(Wrong::Unexpected(left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Wrong> {
        parse(&line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_of_the_story() {
        let expected = Config {
            update: true,
            sync_from: Some(SyncFrom { manual: false, domain: true }),
            ..Config::default()
        };
        for line in [
            "/config /syncfromflags:domhier /update",
            "/Config /SyncFromFlags:DOMHIER /Update",
            "-config -update -syncfromflags:domhier",
        ] {
            assert_eq!(read(line), Ok(Command::Config(expected.clone())), "{line}");
        }
    }

    #[test]
    fn lists_may_be_quoted_on_either_side_of_the_name() {
        for arguments in
            [["/config", "/manualpeerlist:\"a,0x8 b\""], ["/config", "/manualpeerlist:a,0x8 b"]]
        {
            let Ok(Command::Config(config)) = parse(&arguments) else { panic!("{arguments:?}") };
            assert_eq!(config.manual_peers.as_deref(), Some("a,0x8 b"));
        }
    }

    #[test]
    fn each_command_has_its_options() {
        let chart =
            Stripchart { computer: "dc".into(), period: 2, data_only: true, samples: Some(3) };
        let query = |what, verbose| Query { computer: None, what, verbose };
        for (line, command) in [
            ("", Command::Help),
            ("/?", Command::Help),
            ("/tz", Command::Tz),
            ("/ntte 0x10", Command::Ntte(16)),
            ("/ntpte 17", Command::Ntpte(17)),
            ("/resync", Command::Resync(Resync::default())),
            ("/resync /soft /force", Command::Resync(Resync::default())),
            ("/query /status", Command::Query(query(What::Status, false))),
            ("/query /verbose /peers", Command::Query(query(What::Peers, true))),
            ("/stripchart /computer:dc /samples:3 /dataonly", Command::Stripchart(chart)),
        ] {
            assert_eq!(read(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn wrong_lines_say_what_is_wrong() {
        for (line, text) in [
            ("resync", "The command resync is unknown."),
            ("/reboot", "The command /reboot is unknown."),
            ("/resync /now", "The following arguments were unexpected:\n /now"),
            ("/tz please /now", "The following arguments were unexpected:\n please\n /now"),
            ("/stripchart", "The required parameter /computer is missing."),
            ("/stripchart /computer:dc /period:0", "The parameter /period has an invalid value: 0"),
            ("/config /reliable:maybe", "The parameter /reliable has an invalid value: maybe"),
            (
                "/config /syncfromflags:moon",
                "The parameter /syncfromflags has an invalid value: moon",
            ),
            ("/ntte then", "The parameter /ntte has an invalid value: then"),
            (
                "/query",
                "The required parameter /source | /configuration | /peers | /status is missing.",
            ),
        ] {
            let wrong = read(line).unwrap_err();
            assert_eq!(wrong.to_string(), text, "{line}");
        }
    }
}
