//! The places in which calls wait: some reads at a time, and changes one after the other.

use std::time::Duration;

use tokio::{
    sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit},
    time::{Instant, sleep},
};

use crate::{Call, Stopped};

/// The longest time that a call may wait for the calls before it, where nobody says
/// another.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// The words that a client hears while a call waits for a person elsewhere.
const DECIDES: &str = "waiting for a person's decision";

/// The numbers of calls that are at work or wait.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Places {
    /// The largest number of reads that run at a time; the rest wait for a read to end.
    pub reads: usize,
    /// The largest number of changes that wait for their turn, with the change that has
    /// its turn.
    pub changes: usize,
    /// The largest number of calls that wait for a person's decision elsewhere.
    pub waits: usize,
    /// The longest time that a call may wait for the calls before it.
    pub patience: Duration,
    /// The time after which a call that waits for a decision looks again.
    pub again: Duration,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            reads: 4,
            changes: 64,
            waits: 16,
            patience: PATIENCE,
            again: Duration::from_millis(500),
        }
    }
}

/// The queue in which calls wait for their turn.
#[derive(Debug)]
pub struct Queue {
    places: Places,
    turn: Mutex<()>,
    changes: Semaphore,
    reads: Semaphore,
    waits: Semaphore,
}

/// The turn of one change. The next change has its turn when this is dropped.
#[derive(Debug)]
#[must_use = "the turn is over when it is dropped"]
#[expect(dead_code, reason = "it is held, and not looked at")]
pub struct Turn<'q> {
    // The turn is given back before the place.
    turn: MutexGuard<'q, ()>,
    place: SemaphorePermit<'q>,
}

/// The place of one read. Another read has it when this is dropped.
#[derive(Debug)]
#[must_use = "the place is given back when it is dropped"]
#[expect(dead_code, reason = "it is held, and not looked at")]
pub struct Reading<'q>(Option<SemaphorePermit<'q>>);

impl Default for Queue {
    fn default() -> Self {
        Self::new(Places::default())
    }
}

impl Queue {
    /// A queue in which nobody waits.
    #[must_use]
    pub fn new(places: Places) -> Self {
        Self {
            turn: Mutex::new(()),
            changes: Semaphore::new(places.changes.min(Semaphore::MAX_PERMITS)),
            reads: Semaphore::new(places.reads.min(Semaphore::MAX_PERMITS)),
            waits: Semaphore::new(places.waits.min(Semaphore::MAX_PERMITS)),
            places,
        }
    }

    /// Waits for a place to read in.
    ///
    /// # Errors
    ///
    /// [`Stopped::Cancelled`]: the client called `call` off, or the server ends.
    pub async fn read(&self, call: &Call) -> Result<Reading<'_>, Stopped> {
        call.unless_stopped(self.read_unasked()).await
    }

    /// Waits for a place to read in, for what no client can call off.
    pub async fn read_unasked(&self) -> Reading<'_> {
        // It is never closed.
        Reading(self.reads.acquire().await.ok())
    }

    /// Waits for the turn of a change.
    ///
    /// # Errors
    ///
    /// [`Stopped`]: too many changes wait, this one waited too long, or its client
    /// called it off.
    pub async fn change(&self, call: &Call) -> Result<Turn<'_>, Stopped> {
        let Ok(place) = self.changes.try_acquire() else {
            return Err(Stopped::Queued);
        };
        let deadline = after(self.places.patience);
        let turn = call.unless_over(deadline, self.turn.lock()).await?;
        Ok(Turn { turn, place })
    }

    /// Waits until no change is being made.
    pub async fn idle(&self) {
        drop(self.turn.lock().await);
    }

    /// The moment at which a call is over that asks a person, who has this much time for
    /// all tries: a prompt may wait for the end of another prompt.
    #[must_use]
    pub fn patience(&self, prompts: Duration) -> Instant {
        after(prompts.saturating_add(self.places.patience))
    }

    /// Waits for another answer than the `first` (a long poll): asks `again` and again
    /// until an answer comes without a time for which it is worth waiting, and gives the
    /// last answer when that time is over. Where too many calls wait already, it gives
    /// the first answer.
    ///
    /// # Errors
    ///
    /// What `again` returns; [`Stopped::Cancelled`] where the client called it off.
    pub async fn poll<T, E, F>(
        &self,
        call: &Call,
        first: (T, Option<Duration>),
        mut again: impl FnMut() -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<(T, Option<Duration>), E>>,
        E: From<Stopped>,
    {
        let (mut said, mut waits) = first;
        let (Some(longest), Ok(_place)) = (waits, self.waits.try_acquire()) else {
            return Ok(said);
        };
        let repeated = async {
            while waits.is_some() {
                sleep(self.places.again).await;
                (said, waits) = again().await?;
            }
            Ok::<(), E>(())
        };
        match call.while_telling(after(longest), DECIDES, repeated).await {
            Ok(outcome) => outcome?,
            Err(Stopped::TooLong) => {}
            // Who has closed its input may read what is known so far.
            Err(over) => call.unless_stopped(async {}).await.map_err(|_| over)?,
        }
        Ok(said)
    }
}

/// Returns the moment that is `time` from now.
fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now)
}
