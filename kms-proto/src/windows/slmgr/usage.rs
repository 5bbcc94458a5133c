//! The usage that slmgr prints.

use crate::windows::profile::Profile;
use crate::windows::slmgr::entry::Group;
use crate::windows::slmgr::options::OPTIONS;

/// The usage of this generation's slmgr: each option on a line with its parameters, and what it
/// does on the next.
pub fn usage(profile: Profile) -> String {
    let mut out = "\nWindows Software Licensing Management Tool\n\
                   Usage: slmgr.vbs [MachineName [User Password]] [<Option>]\n\
                   \u{20}          MachineName: Name of remote machine (default is local machine)\n\
                   \u{20}          User:        Account with required privilege on remote machine\n\
                   \u{20}          Password:    password for the previous account\n"
        .to_owned();
    for group in Group::ALL {
        let mut options =
            OPTIONS.iter().filter(|o| o.group == group && o.known_to(profile)).peekable();
        if options.peek().is_none() {
            continue;
        }
        out.push('\n');
        out.push_str(group.heading());
        out.push('\n');
        for option in options {
            out.push('/');
            out.push_str(option.name);
            for parameter in option.parameters {
                out.push(' ');
                out.push_str(parameter);
            }
            out.push_str("\n    ");
            out.push_str(option.help);
            out.push('\n');
        }
    }
    out
}
