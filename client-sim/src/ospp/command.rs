//! The command line of `ospp.vbs`.

use core::fmt;

/// What `ospp.vbs` was told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `/dstatus`: shows the licences of installed keys.
    Status,
    /// `/act`: activates.
    Activate,
    /// `/inpkey:`: installs a key.
    InstallKey(String),
    /// `/unpkey:`: removes the key that ends in these five characters.
    RemoveKey(String),
    /// `/sethst:`: names the host.
    SetHost(String),
    /// `/setprt:`: names its port.
    SetPort(String),
    /// `/remhst`: forgets both.
    RemoveHost,
    /// `/cachst:`: whether a host that answered is kept.
    HostCaching(bool),
    /// `/dcmid`: shows the client machine id.
    MachineId,
}

/// Why a command line is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no option.
    None,
    /// There is no such option.
    Unknown(String),
    /// The option needs a value that is not there or is not one.
    Value(&'static str),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("ERROR: No option was specified. Use /? for help."),
            Self::Unknown(option) => write!(f, "ERROR: Unrecognized option: {option}"),
            Self::Value(option) => write!(f, "ERROR: The value of option {option} is not valid."),
        }
    }
}

impl core::error::Error for Wrong {}

/// Reads what stands after `ospp.vbs`: an option with its value, and perhaps a computer's name,
/// which is the second part of what is returned.
///
/// # Errors
///
/// When there is no such option, or its value is none.
pub fn parse<'a>(arguments: &[&'a str]) -> Result<(Command, Option<&'a str>), Wrong> {
    let (typed, rest) = arguments.split_first().ok_or(Wrong::None)?;
    let unknown = || Wrong::Unknown((*typed).to_owned());
    let option = typed.strip_prefix(['/', '-']).ok_or_else(unknown)?;
    let (name, value) = option.split_once(':').map_or((option, None), |(n, v)| (n, Some(v)));
    let text = |option| match value {
        Some(value) if !value.is_empty() => Ok(value.to_owned()),
        _ => Err(Wrong::Value(option)),
    };
    let command = match name.to_ascii_lowercase().as_str() {
        "dstatus" | "dstatusall" => Command::Status,
        "act" => Command::Activate,
        "inpkey" => Command::InstallKey(text("/inpkey")?),
        "unpkey" => Command::RemoveKey(text("/unpkey")?),
        "sethst" => Command::SetHost(text("/sethst")?),
        "setprt" => Command::SetPort(text("/setprt")?),
        "remhst" => Command::RemoveHost,
        "cachst" => match text("/cachst")?.to_ascii_uppercase().as_str() {
            "TRUE" => Command::HostCaching(true),
            "FALSE" => Command::HostCaching(false),
            _ => return Err(Wrong::Value("/cachst")),
        },
        "dcmid" => Command::MachineId,
        _ => return Err(unknown()),
    };
    Ok((command, rest.first().copied()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn options_carry_their_values_behind_a_colon() {
        for (arguments, command) in [
            (&["/dstatus"][..], Command::Status),
            (&["-ACT"], Command::Activate),
            (&["/sethst:kms01"], Command::SetHost("kms01".into())),
            (&["/setprt:1689"], Command::SetPort("1689".into())),
            (&["/cachst:true"], Command::HostCaching(true)),
            (&["/inpkey:LAB04"], Command::InstallKey("LAB04".into())),
        ] {
            assert_eq!(parse(arguments), Ok((command, None)), "{arguments:?}");
        }
        assert_eq!(parse(&["/dstatus", "PC"]), Ok((Command::Status, Some("PC"))));
        for arguments in [&[][..], &["dstatus"], &["/sethst"], &["/sethst:"], &["/cachst:maybe"]] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    proptest! {
        #[test]
        fn any_words_are_a_command_or_a_reason(words in prop::collection::vec(".{0,12}", 0..3)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let _ = parse(&words);
        }
    }
}
