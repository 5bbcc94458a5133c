//! `ipconfig`: its command line, and what it prints.
//!
//! As Windows prints it, without the lines for what a simulated computer has not: an adapter's
//! description and physical address, DHCP, a gateway, `NetBIOS` (`docs/choices.md`).

use std::fmt::Write as _;
use std::net::IpAddr;

use kms_proto::kms::hresult::HResult;
use kms_proto::windows::profile::Profile;

use crate::discover::Suffixes;
use crate::w32tm::reply::Reply;

/// What `ipconfig` was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Nothing: show the addresses.
    Addresses,
    /// `/all`: show names and DNS servers as well.
    All,
    /// `/registerdns`: register the addresses in DNS.
    RegisterDns,
    /// `/flushdns`: forget what DNS said. A machine here keeps nothing of that.
    FlushDns,
    /// `/?`.
    Help,
}

/// A computer's network settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The computer.
    pub host: String,
    /// Its generation of Windows, which names the adapter.
    pub profile: Profile,
    /// Its DNS suffixes.
    pub suffixes: Suffixes,
    /// Its address.
    pub address: IpAddr,
    /// The mask of its network.
    pub mask: IpAddr,
    /// Its DNS servers.
    pub servers: Vec<IpAddr>,
}

const HEAD: &str = "\nWindows IP Configuration\n\n";

const REGISTERING: &str = "Registration of the DNS resource records for all adapters of this computer \
    has been initiated. Any errors will be reported in the Event Viewer in 15 minutes.\n\n";

const USAGE: &str = "\nUSAGE:\n    ipconfig [/? | /all | /flushdns | /registerdns]\n\nwhere\n    \
    Options:\n       /?               Display this help message\n       \
    /all             Display full configuration information.\n       \
    /flushdns        Purges the DNS Resolver cache.\n       \
    /registerdns     Refreshes all DHCP leases and re-registers DNS names\n\n";

/// Reads what stands after `ipconfig`.
///
/// # Errors
///
/// With what it prints of an option a simulated computer does not have.
pub fn parse(arguments: &[&str]) -> Result<Command, Reply> {
    let [option] = arguments else {
        return if arguments.is_empty() { Ok(Command::Addresses) } else { Err(unrecognised()) };
    };
    let name = option.strip_prefix(['/', '-']).unwrap_or("");
    let named = |full: &str| name.eq_ignore_ascii_case(full);
    match () {
        () if named("all") => Ok(Command::All),
        () if named("registerdns") => Ok(Command::RegisterDns),
        () if named("flushdns") => Ok(Command::FlushDns),
        () if named("?") => Ok(Command::Help),
        () => Err(unrecognised()),
    }
}

/// What it prints; of `/registerdns` the caller lets the machine register where this succeeds.
pub fn run(command: Command, settings: &Settings, elevated: bool) -> Reply {
    match command {
        Command::Addresses => Reply::done(format!("{HEAD}\n{}", settings.adapter(false))),
        Command::All => {
            Reply::done(format!("{HEAD}{}\n{}", settings.names(), settings.adapter(true)))
        }
        Command::RegisterDns | Command::FlushDns if !elevated => {
            Reply::failed(HResult(1), "The requested operation requires elevation.\n")
        }
        Command::RegisterDns => Reply::done(format!("{HEAD}{REGISTERING}")),
        Command::FlushDns => {
            Reply::done(format!("{HEAD}Successfully flushed the DNS Resolver Cache.\n"))
        }
        Command::Help => Reply::done(USAGE),
    }
}

impl Settings {
    fn names(&self) -> String {
        let mut out = String::new();
        line(&mut out, "Host Name . . . . . . . . . . . . ", &self.host);
        line(
            &mut out,
            "Primary Dns Suffix  . . . . . . . ",
            self.suffixes.primary.as_deref().unwrap_or(""),
        );
        let mut searched: Vec<&str> = self.suffixes.primary.iter().map(String::as_str).collect();
        for suffix in &self.suffixes.search {
            if !searched.iter().any(|known| known.eq_ignore_ascii_case(suffix)) {
                searched.push(suffix);
            }
        }
        list(&mut out, "DNS Suffix Search List. . . . . . ", searched);
        out
    }

    fn adapter(&self, all: bool) -> String {
        let name = match self.profile {
            Profile::Windows7 => "Local Area Connection",
            Profile::Windows8 => "Ethernet",
        };
        let mut out = format!("Ethernet adapter {name}:\n\n");
        line(&mut out, "Connection-specific DNS Suffix  . ", "");
        let preferred = if all { "(Preferred)" } else { "" };
        let kind = if self.address.is_ipv4() {
            "IPv4 Address. . . . . . . . . . . "
        } else {
            "IPv6 Address. . . . . . . . . . . "
        };
        line(&mut out, kind, &format!("{}{preferred}", self.address));
        line(&mut out, "Subnet Mask . . . . . . . . . . . ", &self.mask.to_string());
        if all {
            list(
                &mut out,
                "DNS Servers . . . . . . . . . . . ",
                self.servers.iter().map(ToString::to_string),
            );
        }
        out
    }
}

/// A line of the listing.
fn line(out: &mut String, title: &str, value: &str) {
    let _ = writeln!(out, "   {title}: {value}");
}

/// Several values, each below the other; none, no line.
fn list<T: AsRef<str>>(out: &mut String, title: &str, values: impl IntoIterator<Item = T>) {
    for (place, value) in values.into_iter().enumerate() {
        if place == 0 {
            line(out, title, value.as_ref());
        } else {
            let _ = writeln!(out, "{:39}{}", "", value.as_ref());
        }
    }
}

fn unrecognised() -> Reply {
    let text = format!("\nError: unrecognized or incomplete command line.\n{USAGE}");
    Reply::failed(HResult(1), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(profile: Profile) -> Settings {
        Settings {
            host: "MEMBER".to_owned(),
            profile,
            suffixes: Suffixes {
                primary: Some("branch.example".to_owned()),
                search: vec!["Branch.example".to_owned(), "lab.example".to_owned()],
            },
            address: "198.19.0.1".parse().unwrap(),
            mask: "255.254.0.0".parse().unwrap(),
            servers: vec!["198.18.255.53".parse().unwrap(), "198.18.255.54".parse().unwrap()],
        }
    }

    #[test]
    fn options_are_read_in_either_form() {
        for (words, command) in [
            (&[][..], Command::Addresses),
            (&["/all"], Command::All),
            (&["-RegisterDNS"], Command::RegisterDns),
            (&["/flushdns"], Command::FlushDns),
            (&["/?"], Command::Help),
        ] {
            assert_eq!(parse(words), Ok(command), "{words:?}");
        }
        for words in [&["/release"][..], &["all"], &["/all", "/all"], &["/"]] {
            let refused = parse(words).unwrap_err();
            assert_eq!(refused.code, HResult(1), "{words:?}");
            assert!(
                refused.text.starts_with("\nError: unrecognized or incomplete command line.\n")
            );
        }
    }

    #[test]
    fn what_is_shown() {
        let seven = run(Command::Addresses, &settings(Profile::Windows7), false);
        let expected = "\nWindows IP Configuration\n\n\n\
            Ethernet adapter Local Area Connection:\n\n   \
            Connection-specific DNS Suffix  . : \n   \
            IPv4 Address. . . . . . . . . . . : 198.19.0.1\n   \
            Subnet Mask . . . . . . . . . . . : 255.254.0.0\n";
        assert_eq!(seven.text, expected);
        let all = run(Command::All, &settings(Profile::Windows8), false);
        let expected = "\nWindows IP Configuration\n\n   \
            Host Name . . . . . . . . . . . . : MEMBER\n   \
            Primary Dns Suffix  . . . . . . . : branch.example\n   \
            DNS Suffix Search List. . . . . . : branch.example\n\
            \u{20}                                      lab.example\n\n\
            Ethernet adapter Ethernet:\n\n   \
            Connection-specific DNS Suffix  . : \n   \
            IPv4 Address. . . . . . . . . . . : 198.19.0.1(Preferred)\n   \
            Subnet Mask . . . . . . . . . . . : 255.254.0.0\n   \
            DNS Servers . . . . . . . . . . . : 198.18.255.53\n\
            \u{20}                                      198.18.255.54\n";
        assert_eq!(all.text, expected);
        let none = Settings {
            suffixes: Suffixes::default(),
            servers: Vec::new(),
            ..settings(Profile::Windows8)
        };
        let text = run(Command::All, &none, true).text;
        assert!(text.contains("Primary Dns Suffix  . . . . . . . : \n"), "{text}");
        assert!(!text.contains("Search List") && !text.contains("DNS Servers"), "{text}");
    }

    #[test]
    fn registering_and_flushing_need_an_administrator() {
        let settings = settings(Profile::Windows8);
        for command in [Command::RegisterDns, Command::FlushDns] {
            let refused = run(command, &settings, false);
            let text = "The requested operation requires elevation.\n";
            assert_eq!((refused.code, refused.text.as_str()), (HResult(1), text));
            assert!(run(command, &settings, true).code.is_ok());
        }
        let said = run(Command::RegisterDns, &settings, true).text;
        assert!(
            said.starts_with("\nWindows IP Configuration\n\nRegistration of the DNS"),
            "{said}"
        );
    }
}
