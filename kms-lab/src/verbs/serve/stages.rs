//! Which faults of a file a host on sockets can carry out.

use std::path::Path;

use kms_sim::fault::rule::Rule;
use kms_sim::fault::stage::Stage;

use crate::exit::Exit;
use crate::stop::Stop;

/// The rules of a file, if a host on sockets can carry out every one of them.
///
/// # Errors
///
/// When there is none, or one of them is of a stage that is not to be found here.
pub(super) fn carried_out(
    path: &Path,
    rules: Vec<Rule>,
    serves_dns: bool,
) -> Result<Vec<Rule>, Stop> {
    let invalid = |message: String, remedy: &str| {
        Err(Stop::new(Exit::Invalid, format!("{}: {message}", path.display()), remedy))
    };
    if rules.is_empty() {
        return invalid("no fault is in it".to_owned(), "[[fault]] tables (docs/faults.md)");
    }
    for rule in &rules {
        let (id, stage) = (&rule.id, rule.stage);
        match stage {
            Stage::ClockClient => {
                let message = format!("[[fault]] {id}: {stage} is a machine's, not this host's");
                return invalid(message, "kmslab activate --clock SPEC, or a scenario");
            }
            Stage::DnsSrv if !serves_dns => {
                let message = format!("[[fault]] {id}: {stage}, and this host serves no DNS");
                return invalid(message, "--dns ADDR");
            }
            _ => {}
        }
    }
    Ok(rules)
}
