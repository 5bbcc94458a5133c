//! Which program a command line calls, by whatever path and script host.

use std::fmt;

use kms_proto::nearest::nearest;
use kms_proto::text::TextError;

use crate::prompt::script_host::{self, ScriptHost};
use crate::prompt::words;

/// A program of Windows that a simulated computer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// `slmgr.vbs`: the licensing of Windows.
    Slmgr,
    /// `ospp.vbs`: the licensing of Office.
    Ospp,
    /// `w32tm.exe`: the time service.
    W32tm,
    /// `net.exe`: services.
    Net,
    /// `ipconfig.exe`: network settings, and the registration in DNS.
    Ipconfig,
    /// `wevtutil.exe`: event logs.
    Wevtutil,
}

impl Program {
    /// Every program with its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("slmgr", Self::Slmgr),
        ("ospp", Self::Ospp),
        ("w32tm", Self::W32tm),
        ("net", Self::Net),
        ("ipconfig", Self::Ipconfig),
        ("wevtutil", Self::Wevtutil),
    ];

    /// The name, without what comes after its point.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slmgr => "slmgr",
            Self::Ospp => "ospp",
            Self::W32tm => "w32tm",
            Self::Net => "net",
            Self::Ipconfig => "ipconfig",
            Self::Wevtutil => "wevtutil",
        }
    }

    /// Whether it only looks, and changes nothing on any computer, whatever it is told.
    pub const fn only_looks(self) -> bool {
        matches!(self, Self::Wevtutil)
    }
}

/// A command line that is understood as far as its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The words as they were typed.
    words: Vec<String>,
    /// The program.
    pub program: Program,
    /// The script host that runs it; `None` where it was called by its own name.
    pub host: Option<ScriptHost>,
    /// Its arguments.
    pub args: Vec<String>,
}

/// Why a command line calls no program there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing was typed.
    Empty,
    /// There is no such program.
    Program(String),
    /// The script host was given no script, or asked for help.
    NoScript(ScriptHost),
    /// The script host does not find this script.
    Script(ScriptHost, String),
    /// The script host has no such option.
    Option(ScriptHost, String),
}

impl Command {
    /// What these words call.
    ///
    /// # Errors
    ///
    /// When there is no such program or script.
    pub fn of(words: Vec<String>) -> Result<Self, Unknown> {
        let name = words.first().ok_or(Unknown::Empty)?;
        let rest = words.get(1..).unwrap_or_default();
        if matches!(file_name(name).as_str(), "cscript" | "wscript") {
            let line = script_host::read(rest);
            if let Some(option) = line.unknown {
                return Err(Unknown::Option(line.host, option.to_owned()));
            }
            let script = line.script.ok_or(Unknown::NoScript(line.host))?;
            let program = match file_name(script).as_str() {
                "slmgr" => Program::Slmgr,
                "ospp" => Program::Ospp,
                _ => return Err(Unknown::Script(line.host, script.to_owned())),
            };
            let (host, args) = (Some(line.host), line.args);
            return Ok(Self { words, program, host, args });
        }
        let called = file_name(name);
        let program = Program::ALL.iter().find(|(name, _)| *name == called);
        let (_, program) = program.ok_or_else(|| Unknown::Program(name.clone()))?;
        Ok(Self { program: *program, host: None, args: rest.to_vec(), words })
    }

    /// What a line calls.
    ///
    /// # Errors
    ///
    /// When there is no such program or script.
    pub fn parse(line: &str) -> Result<Self, TextError> {
        Self::of(words::cut(line)).map_err(|unknown| TextError::new(1, unknown.to_string()))
    }

    /// The words as they were typed.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// What is printed where the program prints `text`.
    pub fn printed(&self, text: String) -> String {
        match self.host {
            None => text,
            Some(host) => host.printed(&text),
        }
    }
}

/// The line, as it can be typed again.
impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words::join(&self.words))
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "a command is missing: slmgr, ospp, w32tm, net, ipconfig, wevtutil, cscript",
            ),
            Self::Program(name) => {
                let known = Program::ALL.iter().map(|(name, _)| *name).chain(["cscript"]);
                write!(f, "a simulated computer has no program {name:?}; ")?;
                match nearest(&file_name(name), known) {
                    Some(near) => write!(f, "did you mean {near}?"),
                    None => f.write_str(
                        "it has slmgr, ospp, w32tm, net, ipconfig, wevtutil and cscript",
                    ),
                }
            }
            Self::NoScript(_) => f.write_str("cscript is given no script: slmgr.vbs or ospp.vbs"),
            Self::Script(_, script) => {
                write!(f, "cscript finds no script {script:?}; it has slmgr.vbs and ospp.vbs")
            }
            Self::Option(_, option) => write!(f, "cscript has no option {option}"),
        }
    }
}

impl std::error::Error for Unknown {}

/// The name at the end of a path of Windows or Unix, in small letters, without `.exe` or `.vbs`.
fn file_name(path: &str) -> String {
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path).to_ascii_lowercase();
    // `c:slmgr.vbs`: in that drive's own folder.
    let name = match name.split_once(':') {
        Some((drive, name)) if drive.len() == 1 => name.to_owned(),
        _ => name,
    };
    let stem = [".exe", ".vbs", ".com"].iter().find_map(|end| name.strip_suffix(end));
    stem.map_or_else(|| name.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::script_host::BANNER;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_program_is_found_by_any_path_and_case() {
        for (line, program, args) in [
            ("slmgr /dlv", Program::Slmgr, &["/dlv"][..]),
            (r"C:\Windows\System32\SLMGR.VBS -ato", Program::Slmgr, &["-ato"]),
            ("w32tm.exe /resync /nowait", Program::W32tm, &["/resync", "/nowait"]),
            ("net stop w32time", Program::Net, &["stop", "w32time"]),
            ("IPCONFIG.EXE /registerdns", Program::Ipconfig, &["/registerdns"]),
            (r"cscript //NoLogo c:\windows\system32\slmgr.vbs /ato", Program::Slmgr, &["/ato"]),
            (r#"cscript "C:\Program Files\ospp.vbs" /dstatus"#, Program::Ospp, &["/dstatus"]),
            (r"cscript /Nologo C:\Windows\System32\slmgr.vbs /xpr", Program::Slmgr, &["/xpr"]),
            ("cscript -nologo c:slmgr.vbs /b", Program::Slmgr, &["/b"]),
            ("C:w32tm.exe /tz", Program::W32tm, &["/tz"]),
            ("cscript slmgr.vbs kms /dli //nologo", Program::Slmgr, &["kms", "/dli"]),
        ] {
            let command = Command::parse(line).unwrap();
            assert_eq!((command.program, &command.args[..]), (program, &owned(args)[..]), "{line}");
            assert_eq!(Command::parse(&command.to_string()), Ok(command), "{line}");
        }
    }

    #[test]
    fn the_script_host_has_a_banner_unless_told_otherwise_and_prints_nothing_in_batch_mode() {
        let printed = |line: &str| Command::parse(line).unwrap().printed("x\n".to_owned());
        assert_eq!(printed("slmgr /xpr"), "x\n");
        assert_eq!(printed("cscript //NOLOGO slmgr.vbs /xpr"), "x\n");
        assert_eq!(printed("cscript /nologo slmgr.vbs /xpr"), "x\n");
        assert_eq!(printed("cscript slmgr.vbs /xpr"), format!("{BANNER}x\n"));
        assert_eq!(printed("cscript //B slmgr.vbs /xpr //nologo"), "");
        assert_eq!(printed("cscript //nologo //logo slmgr.vbs"), format!("{BANNER}x\n"));
    }

    #[test]
    fn what_is_no_program_is_told_with_the_nearest_that_is() {
        for (line, part) in [
            ("", "a command is missing"),
            ("slmgrr /ato", "did you mean slmgr?"),
            ("powershell -c x", "slmgr, ospp, w32tm, net, ipconfig, wevtutil and cscript"),
            ("cscript //nologo", "no script"),
            ("cscript foo.vbs", "slmgr.vbs and ospp.vbs"),
            ("cscript /nolog slmgr.vbs /dli", "no option /nolog"),
        ] {
            let error = Command::parse(line).unwrap_err();
            assert!(error.to_string().contains(part), "{line}: {error}");
        }
    }
}
