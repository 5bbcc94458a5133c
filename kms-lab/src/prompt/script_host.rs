//! The script host's own part of a command line: its options, and its script.

/// What the script host prints before a script, unless it is told `//NoLogo`.
pub const BANNER: &str = "Microsoft (R) Windows Script Host Version 5.8\n\
                          Copyright (C) Microsoft Corporation. All rights reserved.\n\n";

/// The options of `cscript` that change what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScriptHost {
    /// `//NoLogo`: no banner.
    pub no_logo: bool,
    /// `//B`: batch mode, in which a script prints nothing.
    pub batch: bool,
}

/// What stands behind `cscript`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'w> {
    /// The options of the script host.
    pub host: ScriptHost,
    /// The script; `None` where there is none, or help was asked for.
    pub script: Option<&'w str>,
    /// What the script is given.
    pub args: Vec<String>,
    /// The first option the script host does not have.
    pub unknown: Option<&'w str>,
}

/// The options the script host has; those that end in a colon have a value.
const OPTIONS: [&str; 13] =
    ["?", "b", "d", "e:", "h:", "i", "job:", "logo", "nologo", "s", "t:", "u", "x"];

impl ScriptHost {
    /// What is printed where a script prints `text`.
    pub fn printed(self, text: &str) -> String {
        let banner = self.banner();
        if self.batch { banner.to_owned() } else { format!("{banner}{text}") }
    }

    /// What is printed first.
    pub const fn banner(self) -> &'static str {
        if self.no_logo { "" } else { BANNER }
    }

    /// The same with one option more. Engines, time-outs and debuggers change nothing here.
    fn with(self, option: &str) -> Self {
        match option {
            "nologo" => Self { no_logo: true, ..self },
            "logo" => Self { no_logo: false, ..self },
            "b" => Self { batch: true, ..self },
            "i" => Self { batch: false, ..self },
            _ => self,
        }
    }
}

/// Reads what stands behind `cscript`.
///
/// Options with two slashes are the script host's own wherever they stand. Before the script's name
/// one slash, or a dash, does as well; behind it that is an option of the script.
pub fn read(words: &[String]) -> Line<'_> {
    let mut line =
        Line { host: ScriptHost::default(), script: None, args: Vec::new(), unknown: None };
    let mut help = false;
    for word in words {
        match option(word, line.script.is_none()) {
            Some(name) if is_known(&name) => {
                line.host = line.host.with(&name);
                help |= name == "?";
            }
            Some(_) => line.unknown = line.unknown.or(Some(word)),
            None if line.script.is_none() => line.script = Some(word),
            None => line.args.push(word.clone()),
        }
    }
    line.script = line.script.filter(|_| !help);
    line
}

/// An option of the script host in small letters; `None` of what is none.
fn option(word: &str, before_script: bool) -> Option<String> {
    if let Some(name) = word.strip_prefix("//") {
        return Some(name.to_ascii_lowercase());
    }
    let name = word.strip_prefix(['/', '-']).filter(|_| before_script)?.to_ascii_lowercase();
    // A path of Unix begins with a slash, too.
    let is_path = !is_known(&name) && name.contains(['/', '\\', '.']);
    Some(name).filter(|_| !is_path)
}

fn is_known(name: &str) -> bool {
    OPTIONS.iter().any(|known| match known.strip_suffix(':') {
        None => *known == name,
        Some(known) => name.strip_prefix(known).is_some_and(|value| value.starts_with(':')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(line: &str) -> Vec<String> {
        line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn options_stand_before_the_script_or_have_two_slashes() {
        let (quiet, batch) = ((true, false), (false, true));
        for (words, host, script, args) in [
            ("//NoLogo slmgr.vbs /dlv", quiet, Some("slmgr.vbs"), "/dlv"),
            ("/Nologo slmgr.vbs /xpr", quiet, Some("slmgr.vbs"), "/xpr"),
            ("-nologo slmgr.vbs /xpr", quiet, Some("slmgr.vbs"), "/xpr"),
            ("/b slmgr.vbs /b /nologo", batch, Some("slmgr.vbs"), "/b /nologo"),
            ("slmgr.vbs kms /dli //B //nologo", (true, true), Some("slmgr.vbs"), "kms /dli"),
            ("/T:30 //E:vbscript /nologo /logo x.vbs", (false, false), Some("x.vbs"), ""),
            ("/nologo /opt/win/slmgr.vbs /dli", quiet, Some("/opt/win/slmgr.vbs"), "/dli"),
            ("/slmgr.vbs", (false, false), Some("/slmgr.vbs"), ""),
            ("/nologo /?", quiet, None, ""),
            ("//? slmgr.vbs", (false, false), None, ""),
            ("", (false, false), None, ""),
        ] {
            let given = owned(words);
            let line = read(&given);
            let (no_logo, batch) = host;
            assert_eq!(line.host, ScriptHost { no_logo, batch }, "{words}");
            assert_eq!((line.script, line.unknown), (script, None), "{words}");
            assert_eq!(line.args, owned(args), "{words}");
        }
    }

    #[test]
    fn an_option_nobody_has_is_found() {
        for (words, unknown) in [
            ("/nolog slmgr.vbs /dli", "/nolog"),
            ("slmgr.vbs /dli //nolog //t", "//nolog"),
            ("-x:1 slmgr.vbs", "-x:1"),
            ("//job slmgr.vbs", "//job"),
        ] {
            assert_eq!(read(&owned(words)).unknown, Some(unknown), "{words}");
        }
    }
}
