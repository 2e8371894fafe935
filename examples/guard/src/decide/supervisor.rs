//! The process that the agent started. It has an answer in time, whatever becomes of the
//! worker: it reads nothing of the request and knows no policy.

use std::{
    io::{self, Read, Write as _},
    process::{ChildStdin, ChildStdout, ExitCode},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use super::{MAX_REQUEST, child::Worker, frame, judge::Verdict, settings::Settings};

/// The worker has so much less time than the supervisor, to answer by itself.
const WORKER_ENDS_BEFORE: Duration = Duration::from_millis(300);
/// The largest number of bytes that are read and thrown away behind a request that is too
/// long, so that the agent, which may still be writing, does not find its pipe closed.
const DRAINED: u64 = 64 * 1024 * 1024;

/// The reason why there is no verdict.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the request cannot be read: {0}")]
    Input(io::Error),
    #[error("the request is longer than 1 MiB")]
    TooLong,
    #[error("the process that decides cannot be started: {0}")]
    NotStarted(io::Error),
    #[error("the process that decides ended without an answer")]
    Ended,
    #[error("nobody answered in time; ask again, and approve it while it waits")]
    TimedOut,
}

/// Answers the request on stdin.
pub(super) fn supervise(settings: &Settings, start: Instant) -> ExitCode {
    let verdict = start
        .checked_add(settings.answers_within)
        .ok_or(Lost::TimedOut)
        .and_then(|until| verdict(settings, until));
    let answer = match verdict {
        Ok(verdict) => settings.adapter.answer(&verdict),
        Err(lost) => settings.adapter.block(&lost.to_string()),
    };
    answer.write()
}

fn verdict(settings: &Settings, until: Instant) -> Result<Verdict, Lost> {
    let request = within(until, in_background(read_stdin))??;
    // On a thread, since it waits until the program was read from its disk.
    let own = settings.clone();
    let started = within(until, in_background(move || Worker::start(&own)))?;
    let (mut worker, stdin, stdout) = started.map_err(Lost::NotStarted)?;
    let left = until.saturating_duration_since(Instant::now());
    let frame = frame::request(left.saturating_sub(WORKER_ENDS_BEFORE), &request);
    // Open until the end: a worker whose stdin ends has no supervisor any more.
    let _open = in_background(move || tell(stdin, &frame));
    let said = within(until, in_background(move || listen(stdout)))?;
    let verdict = said.ok().as_deref().and_then(frame::read_verdict);
    match worker.ended_well(until) {
        true => verdict.ok_or(Lost::Ended),
        false => Err(Lost::Ended),
    }
}

fn read_stdin() -> Result<Vec<u8>, Lost> {
    let mut stdin = io::stdin().lock();
    let mut request = Vec::new();
    let limit = u64::try_from(MAX_REQUEST).unwrap_or(u64::MAX);
    let mut bounded = stdin.by_ref().take(limit.saturating_add(1));
    bounded.read_to_end(&mut request).map_err(Lost::Input)?;
    if request.len() <= MAX_REQUEST {
        return Ok(request);
    }
    // The request is refused whether or not the rest of it comes.
    drop(io::copy(&mut stdin.take(DRAINED), &mut io::sink()));
    Err(Lost::TooLong)
}

/// Writes the frame, and gives the pipe back open.
fn tell(mut stdin: ChildStdin, frame: &[u8]) -> ChildStdin {
    // A worker that does not read it has no verdict.
    drop(stdin.write_all(frame));
    stdin
}

fn listen(stdout: ChildStdout) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    stdout.take(frame::MAX_VERDICT).read_to_end(&mut said)?;
    Ok(said)
}

/// Runs `work` on a thread of its own. Without one, nothing is ever received.
fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (done, receiver) = sync_channel(1);
    let started = thread::Builder::new().spawn(move || {
        // The supervisor may have answered, and be gone.
        drop(done.send(work()));
    });
    drop(started);
    receiver
}

fn within<T>(until: Instant, receiver: Receiver<T>) -> Result<T, Lost> {
    let left = until.saturating_duration_since(Instant::now());
    receiver.recv_timeout(left).map_err(|error| match error {
        RecvTimeoutError::Timeout => Lost::TimedOut,
        RecvTimeoutError::Disconnected => Lost::Ended,
    })
}
