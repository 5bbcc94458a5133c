//! The runtime that drives the sockets: one thread, so that what happens first is told first.

use std::future::Future;

use crate::exit::Exit;
use crate::stop::Stop;

/// Runs `future` to its end.
///
/// # Errors
///
/// When the system gives no event queue.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Stop::new(Exit::CannotStart, format!("no event queue can be had: {e}"), ""))?;
    Ok(runtime.block_on(future))
}
