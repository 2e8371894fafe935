//! Work that may block, away from whoever polls.

use core::time::Duration;
use std::thread;

use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;
use openpass_auth::{AuthError, BackendError};

/// How the work came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The system gave no thread.
    NoThread,
    /// The work panicked.
    Panicked,
    /// It was not done in time. It may go on, and nobody waits for it.
    Late,
}

impl From<Lost> for AuthError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::NoThread => BackendError::new("no thread could be started for Touch ID").into(),
            Lost::Panicked => {
                BackendError::new("the thread that asks for Touch ID panicked").into()
            }
            Lost::Late => Self::TimedOut,
        }
    }
}

/// Does `work` on a thread of its own and waits for it, `limit` at the most.
///
/// A thread and not a runtime's pool: an `LAContext` must stay where it was
/// made, and a runtime waits for its pool when it shuts down.
pub(crate) async fn run<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    let (tell, told) = oneshot::channel();
    thread::Builder::new()
        .name("touch-id".to_owned())
        // Nobody may be waiting any more; then what was found is dropped here.
        .spawn(move || drop(tell.send(work())))
        .map_err(|_| Lost::NoThread)?;
    let timer = async {
        Delay::new(limit).await;
        Err(Lost::Late)
    };
    let done = async { told.await.map_err(|_| Lost::Panicked) };
    future::or(timer, done).await
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn case_33_work_that_panics_or_hangs_is_lost() {
        let panics = run(LONG, || -> () { panic!("on purpose") });
        assert_eq!(future::block_on(panics), Err(Lost::Panicked));

        let (release, wait) = mpsc::channel::<()>();
        let hangs = run(Duration::from_millis(20), move || wait.recv().is_err());
        assert_eq!(future::block_on(hangs), Err(Lost::Late));
        drop(release);
    }

    #[test]
    fn work_is_done_elsewhere() {
        let here = thread::current().id();
        let there = future::block_on(run(LONG, || thread::current().id())).unwrap();
        assert_ne!(here, there);
    }
}
