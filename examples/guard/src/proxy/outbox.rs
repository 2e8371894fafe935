//! The lines on their way to one side, which may have stopped reading.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};

/// The number of bytes from which on nothing is read that would add more.
const FULL: usize = 32 << 20;

/// The lines that go to one side, in their order.
#[derive(Debug)]
pub(super) struct Outbox {
    lines: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
    written: Arc<AtomicUsize>,
    writer: JoinHandle<()>,
}

impl Outbox {
    /// Lines that go to `out`, which is closed when the last one is written.
    pub(super) fn to<W>(mut out: W) -> Self
    where
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (lines, mut receiver) = mpsc::unbounded_channel::<Vec<u8>>();
        let (waiting, written) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let (fewer, more) = (Arc::clone(&waiting), Arc::clone(&written));
        let writer = tokio::spawn(async move {
            while let Some(line) = receiver.recv().await {
                if out.write_all(&line).await.is_err() || out.flush().await.is_err() {
                    return;
                }
                fewer.fetch_sub(line.len(), Ordering::SeqCst);
                more.fetch_add(1, Ordering::SeqCst);
            }
            // A side that cannot be closed is gone.
            drop(out.shutdown().await);
        });
        Self {
            lines,
            waiting,
            written,
            writer,
        }
    }

    /// Puts a line on its way. A side that is gone gets nothing.
    pub(super) fn put(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        self.waiting.fetch_add(line.len(), Ordering::SeqCst);
        drop(self.lines.send(line));
    }

    /// Whether so much waits that nothing may be read that would add to it.
    pub(super) fn full(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) >= FULL
    }

    /// The number of lines that were written so far.
    pub(super) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    /// Waits until the side is gone.
    pub(super) async fn gone(&self) {
        self.lines.closed().await;
    }

    /// Writes what waits, no longer than `patience`, and closes the side.
    pub(super) async fn finish(self, patience: Duration) {
        drop(self.lines);
        let mut writer = self.writer;
        if timeout(patience, &mut writer).await.is_err() {
            writer.abort();
        }
    }
}
