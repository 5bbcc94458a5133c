//! Listens for signals: the first asks for an orderly end, a later one is an end.

use std::io::{self, Write};
use std::process;
use std::thread;

use kms_proto::time::duration::Nanos;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::clock::Stopwatch;
use crate::exit::Exit;
use crate::signal::Signal;
use crate::stop::Stop;

/// Signals that come together are one: `timeout` sends its own to the process and again to the
/// process's group.
const TOGETHER: Nanos = Nanos::seconds(1);

/// Whether somebody asked for an end, and by which signal.
#[derive(Clone, Debug)]
pub struct Interrupt {
    told: watch::Receiver<Option<Signal>>,
}

impl Interrupt {
    /// Listens from now on. The first signal is told on stderr, and kept for whoever asks; one that
    /// comes a second later, or after that, ends the process where it stands.
    ///
    /// # Errors
    ///
    /// When the system gives no signals or no thread.
    pub fn listen() -> Result<Self, Stop> {
        let (tell, told) = watch::channel(None);
        let start = || -> io::Result<()> {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let entered = runtime.enter();
            let mut interrupt = signal(SignalKind::interrupt())?;
            let mut terminate = signal(SignalKind::terminate())?;
            drop(entered);
            let listen = async move {
                let mut first = None;
                loop {
                    let signal = tokio::select! {
                        _ = interrupt.recv() => Signal::Interrupt,
                        _ = terminate.recv() => Signal::Terminate,
                    };
                    match &first {
                        None => first = Some(Stopwatch::start()),
                        Some(first) if first.elapsed() < TOGETHER => continue,
                        Some(_) => process::exit(signal.exit().code().into()),
                    }
                    let what = "ending, and writing what there is; once more ends at once";
                    // Nobody may be left to hear it.
                    let _ = writeln!(io::stderr(), "kmslab: {signal}: {what}");
                    let _ = tell.send(Some(signal));
                }
            };
            let listen = move || runtime.block_on(listen);
            thread::Builder::new().name("signals".to_owned()).spawn(listen).map(drop)
        };
        start().map_err(|error| {
            Stop::new(Exit::CannotStart, format!("no signals can be had: {error}"), "")
        })?;
        Ok(Self { told })
    }

    /// Nobody ever asks for an end.
    pub fn never() -> Self {
        Self { told: watch::channel(None).1 }
    }

    /// The signal, if one came.
    pub fn signal(&self) -> Option<Signal> {
        *self.told.borrow()
    }

    /// Waits for a signal.
    pub async fn wait(&self) -> Signal {
        let mut told = self.told.clone();
        match told.wait_for(Option::is_some).await.map(|signal| *signal) {
            Ok(Some(signal)) => signal,
            // Nobody is left who could ask.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}
