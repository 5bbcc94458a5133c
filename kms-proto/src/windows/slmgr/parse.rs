//! Reads the command line of slmgr.

use core::fmt;

use crate::windows::profile::Profile;
use crate::windows::slmgr::command::{Command, CommandLine, Target};
use crate::windows::slmgr::entry::{Arguments, Entry};
use crate::windows::slmgr::options::OPTIONS;

/// Why a command line is none, as slmgr says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It has no such option.
    Unknown(String),
    /// A parameter that must be there is not.
    Missing {
        /// The option's name.
        option: &'static str,
        /// The parameter, in angle brackets.
        parameter: &'static str,
    },
    /// More stands before the option than a machine, a user and a password, or less.
    Combination,
}

/// The text, its last line without an end.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(option) => write!(f, "Unrecognized option: {option}"),
            Self::Missing { option, parameter } => {
                write!(f, "Error: option /{option} needs {parameter}")
            }
            Self::Combination => f.write_str("Invalid combination of command parameters."),
        }
    }
}

impl core::error::Error for Wrong {}

/// Reads what stands after `slmgr.vbs`: `[MachineName [User Password]] [<Option>]`.
///
/// Options begin with `/` or `-`, in any case. What stands behind an option's last parameter is
/// not looked at.
///
/// # Errors
///
/// When there is no such option on this generation of Windows, or a parameter is missing.
pub fn parse(arguments: &[&str], profile: Profile) -> Result<CommandLine, Wrong> {
    let at = arguments.iter().position(|argument| name(argument).is_some());
    let (before, from) = arguments.split_at(at.unwrap_or(arguments.len()));
    let target = match before {
        [] => None,
        [machine] => Some(Target { machine: (*machine).to_owned(), account: None }),
        [machine, user, password] => Some(Target {
            machine: (*machine).to_owned(),
            account: Some(((*user).to_owned(), (*password).to_owned())),
        }),
        _ => return Err(Wrong::Combination),
    };
    let command = match from {
        [] => Command::Usage,
        [option, after @ ..] => command(option, after, profile)?,
    };
    Ok(CommandLine { target, command })
}

fn command(typed: &str, after: &[&str], profile: Profile) -> Result<Command, Wrong> {
    let unknown = || Wrong::Unknown(typed.to_owned());
    let name = name(typed).ok_or_else(unknown)?;
    if name == "?" {
        return Ok(Command::Usage);
    }
    let known =
        |option: &&Entry| option.known_to(profile) && option.name.eq_ignore_ascii_case(name);
    let option = OPTIONS.iter().find(known).ok_or_else(unknown)?;
    if let Some(parameter) = option
        .parameters
        .get(after.len()..)
        .and_then(|left| left.iter().find(|p| p.starts_with('<')))
    {
        return Err(Wrong::Missing { option: option.name, parameter });
    }
    Ok((option.command)(&Arguments(after)))
}

/// What follows the slash or the dash.
fn name(argument: &str) -> Option<&str> {
    argument.strip_prefix(['/', '-'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::windows::product::Detail;
    use crate::windows::slmgr::command::Which;

    fn read(line: &str) -> Result<CommandLine, Wrong> {
        parse(&line.split_whitespace().collect::<Vec<_>>(), Profile::Windows8)
    }

    #[test]
    fn options_in_any_case_after_a_slash_or_a_dash() {
        for line in ["/dlv", "-dlv", "/DLV", "-Dlv trailing is no id?"] {
            let command = read(line).unwrap().command;
            assert!(matches!(command, Command::Display(Detail::Dlv, _)), "{line}");
        }
        let id = Some("x".to_owned());
        for (line, command) in [
            ("", Command::Usage),
            ("/?", Command::Usage),
            ("/dli ALL", Command::Display(Detail::Dli, Which::All)),
            ("/dli x", Command::Display(Detail::Dli, Which::Id("x".into()))),
            ("/ato", Command::Activate(None)),
            ("/ato x", Command::Activate(id.clone())),
            ("/skms kms01:1688 x", Command::SetHost { host: "kms01:1688".into(), id: id.clone() }),
            ("/skms :1689", Command::SetHost { host: ":1689".into(), id: None }),
            ("/act-type", Command::ActivationType { kind: None, id: None }),
            ("/act-type 2 x", Command::ActivationType { kind: Some("2".into()), id }),
            ("/cpri", Command::NormalPriority(false)),
            ("/ckhc", Command::HostCaching(false)),
            ("/lil", Command::Elsewhere("/lil")),
        ] {
            assert_eq!(read(line), Ok(CommandLine { target: None, command }), "{line}");
        }
    }

    #[test]
    fn a_machine_stands_before_the_option() {
        let line = read("MEMBER01 lab\\admin secret /rearm").unwrap();
        let target = line.target.unwrap();
        assert_eq!(target.machine, "MEMBER01");
        assert_eq!(target.account, Some(("lab\\admin".to_owned(), "secret".to_owned())));
        assert_eq!(line.command, Command::Rearm);
        assert_eq!(read("MEMBER01").unwrap().command, Command::Usage);
        assert_eq!(read("MEMBER01 admin /dlv"), Err(Wrong::Combination));
    }

    #[test]
    fn wrong_lines_say_what_is_wrong() {
        for (line, text) in [
            ("/reboot", "Unrecognized option: /reboot"),
            ("/stao", "Unrecognized option: /stao"),
            ("/", "Unrecognized option: /"),
            ("/skms", "Error: option /skms needs <Name[:Port] | : port>"),
            ("-IPK", "Error: option /ipk needs <Product Key>"),
            ("/ril x", "Error: option /ril needs <ILvID>"),
            ("a b c d /dlv", "Invalid combination of command parameters."),
        ] {
            assert_eq!(read(line).unwrap_err().to_string(), text, "{line}");
        }
        let older = parse(&["/skms-domain", "lab.example"], Profile::Windows7);
        assert_eq!(older, Err(Wrong::Unknown("/skms-domain".to_owned())));
        assert!(parse(&["/stao"], Profile::Windows7).is_ok());
    }

    #[test]
    fn what_an_option_needs_stands_before_what_it_takes() {
        for option in OPTIONS {
            let needed: Vec<bool> = option.parameters.iter().map(|p| p.starts_with('<')).collect();
            assert!(needed.is_sorted_by(|a, b| a >= b), "/{}", option.name);
        }
    }

    proptest! {
        #[test]
        fn any_words_are_a_command_or_a_reason(
            words in prop::collection::vec("([/-]?(ipk|ato|dlv|skms|sai|ril|[a-z:?-]{0,6}))|.{0,8}", 0..6),
            newer: bool,
        ) {
            let profile = if newer { Profile::Windows8 } else { Profile::Windows7 };
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Err(wrong) = parse(&words, profile) {
                prop_assert!(!wrong.to_string().is_empty());
            }
        }
    }
}
