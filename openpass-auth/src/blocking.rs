//! Work that blocks, away from `poll`.

mod lost;

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;

pub use lost::Lost;

/// Work that blocks, on a thread of its own: a future of what it returns.
///
/// Use it for whatever may wait inside an `async fn`: a file that is synced, a
/// lock, a prompt, a system service. An executor may have a single thread, and
/// `poll` must not hold it.
///
/// ```
/// use openpass_auth::{Blocking, Lost};
///
/// async fn size(path: &'static str) -> Result<Option<u64>, Lost> {
///     let work = move || std::fs::metadata(path).ok().map(|found| found.len());
///     Blocking::start("file-size", work)?.await
/// }
/// # assert_eq!(futures_lite::future::block_on(size("/nowhere/at/all")).unwrap(), None);
/// ```
///
/// # Why a thread and not a pool
///
/// A runtime waits for its pool when it shuts down, and work that hangs takes a
/// place in it for good. Here work that hangs holds its own thread alone. It
/// takes some ten microseconds to start one; a person takes seconds.
///
/// # Dropping it
///
/// The work begins when [`start`](Self::start) is called, not when the future
/// is polled, and it runs to its end whatever becomes of the future. Once the
/// future is dropped, what the work returns is dropped on a thread, never where
/// the future was dropped (unless the system gives no thread). So a value whose
/// `Drop` undoes something, such as a grant or a lock, is undone exactly once:
/// by its receiver, or else there. Work that can end early asks [`Wanted`].
///
/// # A panic
///
/// It ends the thread, not the process, and is [`Lost::Panicked`]. With `panic =
/// "abort"` it ends the process.
#[must_use = "the work goes on, but nobody hears what came of it"]
pub struct Blocking<T: Send + 'static> {
    result: oneshot::Receiver<T>,
    wanted: Wanted,
    name: &'static str,
}

/// Whether anybody waits for the work still. Its own copies agree.
#[derive(Debug, Clone)]
pub struct Wanted(Arc<AtomicBool>);

impl Wanted {
    /// Whether the future is there still.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl<T: Send + 'static> Blocking<T> {
    /// Starts `work` on a new thread called `name`.
    ///
    /// The name is for debuggers, `top` and panic messages. Linux shows its
    /// first 15 bytes.
    ///
    /// # Errors
    ///
    /// [`Lost::NoThread`]: the system gave no thread. `work` is dropped, and
    /// has not run.
    pub fn start(
        name: &'static str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Self, Lost> {
        Self::start_while(name, |_| work())
    }

    /// As [`start`](Self::start), for work that ends early once nobody waits
    /// for it any more.
    ///
    /// # Errors
    ///
    /// As `start`.
    pub fn start_while(
        name: &'static str,
        work: impl FnOnce(&Wanted) -> T + Send + 'static,
    ) -> Result<Self, Lost> {
        let (sender, result) = oneshot::channel();
        let wanted = Wanted(Arc::new(AtomicBool::new(true)));
        let seen = wanted.clone();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Nobody waits any more after a drop: then it is dropped here.
                drop(sender.send(work(&seen)));
            })
            .map_err(|source| Lost::NoThread { name, source })?;
        Ok(Self {
            result,
            wanted,
            name,
        })
    }

    /// Waits for `limit` at the most. Then the work may go on, and nobody waits
    /// for it.
    ///
    /// # Errors
    ///
    /// [`Lost::Panicked`], or [`Lost::Late`] after `limit`.
    pub async fn within(self, limit: Duration) -> Result<T, Lost> {
        let late = Lost::Late { name: self.name };
        let timer = async {
            Delay::new(limit).await;
            Err(late)
        };
        future::or(timer, self).await
    }

    /// Waits on this thread, for `limit` at the most; `None` after that, and
    /// it can be waited for again.
    ///
    /// It blocks: never call it inside `poll`.
    pub fn wait(&mut self, limit: Duration) -> Option<Result<T, Lost>> {
        let done = async { Some(self.await) };
        let timer = async {
            Delay::new(limit).await;
            None
        };
        future::block_on(future::or(done, timer))
    }
}

impl<T: Send + 'static> Future for Blocking<T> {
    type Output = Result<T, Lost>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let name = self.name;
        let result = Pin::new(&mut self.result).poll(context);
        // The thread ended without a word: it panicked.
        result.map_err(|oneshot::Canceled| Lost::Panicked { name })
    }
}

impl<T: Send + 'static> Drop for Blocking<T> {
    fn drop(&mut self) {
        self.wanted.0.store(false, Ordering::SeqCst);
        self.result.close();
        // It came before the drop, and nobody has taken it. After `close` either
        // this end has it or the thread, never both and never neither.
        if let Ok(Some(unheard)) = self.result.try_recv()
            && core::mem::needs_drop::<T>()
        {
            let thread = thread::Builder::new().name(self.name.to_owned());
            // Without a thread it is dropped here.
            drop(thread.spawn(move || drop(unheard)));
        }
    }
}

impl<T: Send + 'static> core::fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Blocking")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
