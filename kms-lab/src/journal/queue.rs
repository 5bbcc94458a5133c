//! A writer that never waits for its reader: lines for a pipe, which may be full for ever.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel,
};
use std::thread;
use std::time::Duration;

/// Lines kept for a reader that is behind; one more is lost, and counted by the journal.
const KEPT: usize = 10_000;

/// Takes lines, one a write, and hands them to a thread that may wait as long as it has to.
#[derive(Debug)]
pub struct Queue {
    lines: SyncSender<Vec<u8>>,
}

/// Tells when all that was queued is written.
#[derive(Debug)]
pub struct Drained {
    done: Receiver<()>,
}

impl Queue {
    /// A queue before `out`.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub fn before(mut out: impl Write + Send + 'static) -> io::Result<(Self, Drained)> {
        let (lines, queued) = sync_channel::<Vec<u8>>(KEPT);
        let (finished, done) = channel();
        thread::Builder::new().name("journal".to_owned()).spawn(move || {
            for line in queued {
                if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                    // Nobody reads any more; what is still queued goes with the queue.
                    break;
                }
            }
            // Whoever waits may have gone.
            let _ = finished.send(());
        })?;
        Ok((Self { lines }, Drained { done }))
    }
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.lines.try_send(line.to_vec()) {
            Ok(()) => Ok(line.len()),
            Err(TrySendError::Full(_)) => Err(ErrorKind::WouldBlock.into()),
            Err(TrySendError::Disconnected(_)) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drained {
    /// Waits until everything queued is written, the queue being dropped; whether that came true.
    pub fn within(&self, patience: Duration) -> bool {
        !matches!(self.done.recv_timeout(patience), Err(RecvTimeoutError::Timeout))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Blocks until it is let go, then keeps what is written.
    struct Slow(Receiver<()>, Arc<Mutex<Vec<u8>>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stalls_holds_nobody_up_and_gets_what_was_kept() {
        let (go, gate) = channel();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (mut queue, drained) = Queue::before(Slow(gate, kept.clone())).unwrap();
        let taken = (0..2 * KEPT).filter(|_| queue.write(b"x").is_ok()).count();
        assert!((KEPT..=KEPT + 1).contains(&taken), "{taken}");
        assert!(!drained.within(Duration::ZERO));
        drop((go, queue));
        assert!(drained.within(Duration::from_mins(1)));
        assert_eq!(kept.lock().unwrap().len(), taken);
    }
}
