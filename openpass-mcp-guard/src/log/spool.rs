//! Log lines on their way to stderr, which may be a pipe that nobody reads.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// The largest number of lines that wait.
const MOST_LINES: usize = 1024;
/// The largest number of bytes of the lines that wait.
const MOST_BYTES: usize = 1 << 20;

/// Lines that a thread of their own writes, so that nothing else waits for who
/// reads them. Where too many wait the oldest are dropped, and counted: the
/// last ones say why a server ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spool(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    dropped: u64,
    /// The number of lines that were written so far.
    written: u64,
    /// Whether the thread holds a line that it has not written yet.
    writing: bool,
    /// Whether nobody can read any more.
    closed: bool,
}

impl Spool {
    /// A spool whose lines go to `out`.
    pub(crate) fn to(out: impl Write + Send + 'static) -> Self {
        let spool = Self::default();
        let (shared, thread) = (Arc::clone(&spool.0), std::thread::Builder::new());
        let writes = thread.name("log".to_owned()).spawn(move || {
            let mut out = out;
            while let Some(line) = shared.next() {
                if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                    return shared.close();
                }
            }
        });
        if writes.is_err() {
            // Without a thread there is no log, and the server serves on.
            spool.0.close();
        }
        spool
    }

    /// Waits until every line is written, as long as somebody reads: no longer
    /// than `patience` for the next line.
    pub(crate) fn finish(&self, patience: Duration) {
        let mut state = self.0.locked();
        while !state.closed && (state.writing || !state.lines.is_empty()) {
            let before = state.written;
            let waited = self.0.changed.wait_timeout_while(state, patience, |now| {
                !now.closed && now.written == before && (now.writing || !now.lines.is_empty())
            });
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = now;
            if timeout.timed_out() {
                return;
            }
        }
    }

    fn push(&self, line: Vec<u8>) {
        let mut state = self.0.locked();
        if state.closed {
            return;
        }
        state.bytes = state.bytes.saturating_add(line.len());
        state.lines.push_back(line);
        while state.lines.len() > MOST_LINES || state.bytes > MOST_BYTES {
            let Some(oldest) = state.lines.pop_front() else {
                break;
            };
            state.bytes = state.bytes.saturating_sub(oldest.len());
            state.dropped = state.dropped.saturating_add(1);
        }
        drop(state);
        self.0.changed.notify_all();
    }

    /// Returns the number of lines that were dropped since the last call.
    pub(crate) fn dropped(&self) -> u64 {
        core::mem::take(&mut self.0.locked().dropped)
    }
}

impl Shared {
    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next line to write; that the last one is written, too.
    fn next(&self) -> Option<Vec<u8>> {
        let mut state = self.locked();
        if core::mem::take(&mut state.writing) {
            state.written = state.written.wrapping_add(1);
            self.changed.notify_all();
        }
        loop {
            if state.closed {
                return None;
            }
            if let Some(line) = state.lines.pop_front() {
                state.bytes = state.bytes.saturating_sub(line.len());
                state.writing = true;
                return Some(line);
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        let mut state = self.locked();
        state.closed = true;
        state.lines.clear();
        drop(state);
        self.changed.notify_all();
    }
}

/// One line, which goes to the spool when it is complete.
#[derive(Debug)]
pub(crate) struct Line {
    spool: Spool,
    text: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.text.is_empty() {
            self.spool.push(core::mem::take(&mut self.text));
        }
    }
}

impl<'a> MakeWriter<'a> for Spool {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line {
            spool: self.clone(),
            text: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A reader that takes nothing until it is told to.
    struct Held {
        begins: mpsc::Receiver<()>,
        seen: mpsc::Sender<Vec<u8>>,
    }

    impl Write for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.begins.recv().unwrap_or_default();
            self.seen.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn m2_a_log_that_nobody_reads_holds_nobody_up_and_keeps_its_last_lines() {
        let (begin, begins) = mpsc::channel();
        let (seen, lines) = mpsc::channel();
        let spool = Spool::to(Held { begins, seen });
        let all = 3 * MOST_LINES;
        for number in 0..all {
            writeln!(spool.make_writer(), "{number}").unwrap();
        }
        let dropped = spool.dropped();
        assert!(dropped >= (all - MOST_LINES - 1) as u64, "{dropped}");
        drop(begin);
        spool.finish(Duration::MAX);
        let last = lines.try_iter().last().unwrap();
        assert_eq!(last, format!("{}\n", all - 1).into_bytes());
    }

    #[test]
    fn m2_a_reader_that_left_ends_the_wait() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let spool = Spool::to(Gone);
        writeln!(spool.make_writer(), "nobody").unwrap();
        spool.finish(Duration::MAX);
    }
}
