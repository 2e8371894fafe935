//! The lines that go to the client, which may have stopped reading.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// The largest number of lines that wait for the client to read them.
const AHEAD: usize = 256;
/// The time after which, if no line is taken, nobody is thought to read.
const PATIENCE: Duration = Duration::from_millis(300);
/// The time between two looks at whether a line was taken.
const LOOK: Duration = Duration::from_millis(30);

/// Lines that a thread of their own writes, which ends with the process.
#[derive(Debug, Clone)]
pub struct Output {
    lines: mpsc::Sender<Vec<u8>>,
    count: Arc<Count>,
}

#[derive(Debug, Default)]
struct Count {
    waiting: AtomicU64,
    written: AtomicU64,
    fewer: Notify,
}

impl Output {
    /// Lines that go to `out`. `gone` fires when nobody can read them.
    ///
    /// # Errors
    ///
    /// That the system gives no threads.
    pub fn to(out: impl Write + Send + 'static, gone: CancellationToken) -> io::Result<Self> {
        let (lines, receiver) = mpsc::channel(AHEAD);
        let count = Arc::<Count>::default();
        let counted = Arc::clone(&count);
        let thread = std::thread::Builder::new().name("output".to_owned());
        thread.spawn(move || write(out, receiver, &counted, &gone))?;
        Ok(Self { lines, count })
    }

    /// A place behind the lines that wait, once there is one.
    pub(super) async fn place(&self) -> Option<Place<'_>> {
        let permit = self.lines.reserve().await.ok()?;
        let count = &self.count;
        Some(Place { permit, count })
    }

    /// Puts `line`, which has no end, behind the lines that wait, once there is a place.
    ///
    /// # Errors
    ///
    /// That nothing is written any more.
    pub async fn send(&self, line: Vec<u8>) -> io::Result<()> {
        let place = self.place().await;
        place.ok_or(io::ErrorKind::BrokenPipe)?.put(line);
        Ok(())
    }

    /// Waits until every line is written, as long as somebody reads.
    pub async fn flushed(&self) {
        tokio::select! {
            () = self.empty() => {}
            () = self.stalled() => {}
        }
    }

    /// Waits until lines wait and nobody reads them.
    pub async fn stalled(&self) {
        let mut still = Duration::ZERO;
        let mut before = self.count.written.load(Ordering::SeqCst);
        while still < PATIENCE {
            sleep(LOOK).await;
            let now = self.count.written.load(Ordering::SeqCst);
            let waits = self.count.waiting.load(Ordering::SeqCst) > 0;
            still = if waits && now == before {
                still.saturating_add(LOOK)
            } else {
                Duration::ZERO
            };
            before = now;
        }
    }

    async fn empty(&self) {
        loop {
            let fewer = self.count.fewer.notified();
            if self.count.waiting.load(Ordering::SeqCst) == 0 {
                return;
            }
            fewer.await;
        }
    }
}

/// A place for one line.
pub(super) struct Place<'o> {
    permit: mpsc::Permit<'o, Vec<u8>>,
    count: &'o Count,
}

impl Place<'_> {
    pub(super) fn put(self, mut line: Vec<u8>) {
        line.push(b'\n');
        self.count.waiting.fetch_add(1, Ordering::SeqCst);
        self.permit.send(line);
    }
}

impl Count {
    fn fewer(&self, by: u64) {
        self.waiting.fetch_sub(by, Ordering::SeqCst);
        self.fewer.notify_waiters();
    }
}

fn write(
    mut out: impl Write,
    mut lines: mpsc::Receiver<Vec<u8>>,
    count: &Count,
    gone: &CancellationToken,
) {
    let mut broken = false;
    while let Some(line) = lines.blocking_recv() {
        // What nobody can read is taken all the same, so that nobody waits.
        if !broken && out.write_all(&line).and_then(|()| out.flush()).is_err() {
            broken = true;
            gone.cancel();
        }
        count.written.fetch_add(1, Ordering::SeqCst);
        count.fewer(1);
    }
}
