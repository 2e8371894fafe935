//! An attempt is counted before it is made.

use std::sync::Arc;

use super::{AttemptStore, Attempts, Clock, Hold, Rule, SystemClock, Tally};
use crate::{BackendError, Blocking, Lost};

/// Counts attempts by one rule.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    store: Arc<dyn AttemptStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rule: Rule,
}

/// The reason why an attempt may not be made.
pub(crate) enum NotNow {
    /// The attempt has to wait.
    Hold(Hold),
    /// The attempt cannot be counted.
    Broken(BackendError),
}

/// An attempt that is counted and goes on.
///
/// If the process dies in the middle of it, it stays counted; dropping it gives
/// it back.
#[derive(Debug)]
pub(crate) struct Reservation {
    book: Book,
    before: Tally,
    after: Tally,
    is_open: bool,
}

impl Book {
    pub(crate) fn new(store: Arc<dyn AttemptStore>, rule: Rule) -> Self {
        Self {
            store,
            clock: Arc::new(SystemClock::new()),
            rule,
        }
    }

    /// Counts an attempt before it is made.
    pub(crate) async fn reserve(&self) -> Result<Reservation, NotNow> {
        let book = self.clone();
        // A drop meanwhile drops the reservation on the thread, which gives it
        // back.
        on_a_thread(move || book.reserve_now()).await?
    }

    /// Whether an attempt may be made now; counts none.
    pub(crate) async fn look(&self) -> Result<(), NotNow> {
        let book = self.clone();
        on_a_thread(move || book.look_now()).await?
    }

    fn look_now(&self) -> Result<(), NotNow> {
        let mut found = None;
        self.update(&mut |tally| found = Some(tally.look(&self.rule, self.clock.now())))
            .map_err(NotNow::Broken)?;
        found.ok_or_else(not_run)?.map_err(NotNow::Hold)
    }

    /// As [`reserve`](Self::reserve), on this thread.
    pub(crate) fn reserve_now(self) -> Result<Reservation, NotNow> {
        let mut counted = None;
        self.update(&mut |tally| {
            let before = tally.clone();
            // Under the lock: a time that was read before waiting for it could
            // be earlier than the one on record.
            let outcome = tally.count_one(&self.rule, self.clock.now());
            counted = Some(outcome.map(|()| (before, tally.clone())));
        })
        .map_err(NotNow::Broken)?;
        let (before, after) = counted.ok_or_else(not_run)?.map_err(NotNow::Hold)?;
        Ok(Reservation {
            book: self,
            before,
            after,
            is_open: true,
        })
    }

    fn update(&self, change: &mut dyn FnMut(&mut Tally)) -> Result<(), BackendError> {
        self.store
            .update(&mut |attempts: &mut Attempts| self.rule.kind.change(attempts, change))
    }
}

impl Reservation {
    /// Keeps the attempt counted, since it failed.
    pub(crate) fn keep(mut self) {
        self.is_open = false;
    }

    /// Takes the attempt off the count.
    pub(crate) async fn give_back(self) {
        // Without a thread it is dropped here, which does the same.
        drop(on_a_thread(move || drop(self)).await);
    }

    /// Forgets all that failed before, since this attempt succeeded. If that cannot be
    /// kept, the attempt stays counted.
    pub(crate) async fn clear(mut self) -> Result<(), BackendError> {
        self.is_open = false;
        on_a_thread(move || self.clear_now()).await?
    }

    /// As [`clear`](Self::clear), on this thread.
    pub(crate) fn clear_now(mut self) -> Result<(), BackendError> {
        self.is_open = false;
        self.book.update(&mut Tally::clear)
    }
}

impl From<Lost> for NotNow {
    fn from(lost: Lost) -> Self {
        Self::Broken(lost.into())
    }
}

/// Attempts are in a file, under a lock.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    Blocking::start("openpass-counts", work)?.await
}

fn not_run() -> NotNow {
    NotNow::Broken(BackendError::new("the attempts were not counted"))
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.is_open {
            // If it cannot be given back, it stays counted: the safe side.
            drop(
                self.book
                    .update(&mut |tally| tally.take_one_back(&self.before, &self.after)),
            );
        }
    }
}
