//! `kmslab`, the command.

use std::process::ExitCode;

fn main() -> ExitCode {
    kms_lab::run(std::env::args_os()).into()
}
