//! Which lab a command means.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::prompt::here::is_here;

/// The variable that names the lab's file.
pub const LAB: &str = "KMSLAB_LAB";

/// The variable that names the computer.
const MACHINE: &str = "KMSLAB_MACHINE";

/// The variable that says how long to wait for other commands.
pub const WAIT: &str = "KMSLAB_WAIT";

/// The file where nobody names one.
pub const FILE: &str = "kmslab.lab";

/// The file that is meant: the one named, else that of the variable, else the one in this folder.
pub fn file(named: Option<&PathBuf>) -> PathBuf {
    let set = |value: &OsString| !value.is_empty();
    let variable = || std::env::var_os(LAB).filter(set).map(PathBuf::from);
    named.cloned().or_else(variable).unwrap_or_else(|| FILE.into())
}

/// The computer that is meant: the one named, else that of the variable, else nobody's in
/// particular. `localhost` and its like name the one that is meant without them.
pub fn computer(named: Option<&str>) -> Option<String> {
    let other = |name: &String| !is_here(name);
    named.map(str::to_owned).filter(other).or_else(|| variable(MACHINE).filter(other))
}

/// The text of a variable that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    let text = std::env::var_os(name)?.to_string_lossy().into_owned();
    Some(text).filter(|text| !text.is_empty())
}
