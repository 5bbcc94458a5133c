//! Which faults of its file never struck while a host served, for whoever reads stderr.

use std::io::{self, Write};

use kms_sim::net::shared::Shared;

/// Tells which faults never struck, each with what was in the way when it last nearly did.
///
/// # Errors
///
/// When stderr takes nothing.
pub(super) fn tell(shared: &Shared, err: &mut dyn Write) -> io::Result<()> {
    let Some(meddling) = shared.meddling() else { return Ok(()) };
    let mut faults = meddling.faults();
    for (id, near) in faults.plan().unstruck() {
        match near {
            Some(why) => writeln!(err, "kmslab: fault {id:?} never struck: {why}")?,
            None => writeln!(err, "kmslab: fault {id:?} never struck: nothing it is for came")?,
        }
    }
    Ok(())
}
