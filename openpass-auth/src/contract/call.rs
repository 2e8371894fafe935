//! One call of an authenticator, on a thread that it may keep.

use core::{future::poll_fn, time::Duration};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;

use crate::{AuthError, Authenticator, Blocking, Challenge, Evidence, Lost};

/// The longest time that a `poll` may take to return, or a prompt to go away, however
/// slow the machine is. After that, the call hangs.
pub(super) const AT_ONCE: Duration = Duration::from_secs(5);
/// The time between two looks at something that has no event of its own.
pub(super) const TICK: Duration = Duration::from_millis(5);

/// The answer of an authenticator.
pub(super) type Outcome = Result<Evidence, AuthError>;

/// The state of a call, as it is heard from outside.
pub(super) enum Heard {
    /// The authenticator answered.
    Outcome(Outcome),
    /// The call was dropped, and the drop has returned.
    Dropped,
    /// Nothing, in the time that it was listened for.
    Nothing,
    /// The authenticator is in a `poll` that does not return.
    Stuck,
    /// The thread of the call ended without a word.
    Broke(Lost),
}

/// A call that goes on. Its thread is left behind if it never ends.
pub(super) struct Call {
    ended: Blocking<Option<Outcome>>,
    call_off: Option<oneshot::Sender<()>>,
    polling: Polling,
}

impl Call {
    pub(super) fn start(
        authenticator: Arc<dyn Authenticator>,
        challenge: Arc<Challenge>,
    ) -> Result<Self, Lost> {
        let (call_off, called_off) = oneshot::channel::<()>();
        let polling = Polling::default();
        let watched = polling.clone();
        let work = move || drive(&*authenticator, &challenge, called_off, &watched);
        Ok(Self {
            ended: Blocking::start("contract-call", work)?,
            call_off: Some(call_off),
            polling,
        })
    }

    /// Listens for `limit` at the most.
    pub(super) async fn hear(&mut self, limit: Duration) -> Heard {
        let begun = Instant::now();
        loop {
            let ended = async { Some((&mut self.ended).await) };
            let tick = async {
                Delay::new(TICK).await;
                None
            };
            match future::or(ended, tick).await {
                Some(Ok(Some(outcome))) => return Heard::Outcome(outcome),
                Some(Ok(None)) => return Heard::Dropped,
                Some(Err(lost)) => return Heard::Broke(lost),
                None if self.polling.is_stuck() => return Heard::Stuck,
                None if begun.elapsed() >= limit => return Heard::Nothing,
                None => {}
            }
        }
    }

    /// Has the future dropped, and listens until the drop has returned.
    pub(super) async fn call_off(&mut self) -> Heard {
        drop(self.call_off.take());
        // Longer than a poll may take, so that it is told from a slow drop.
        self.hear(AT_ONCE * 2).await
    }
}

/// The thread's part: `None` if it was called off first.
fn drive(
    authenticator: &dyn Authenticator,
    challenge: &Challenge,
    called_off: oneshot::Receiver<()>,
    polling: &Polling,
) -> Option<Outcome> {
    let mut asking = polling.during(|| authenticator.authenticate(challenge));
    let outcome = {
        let answered = poll_fn(|context| polling.during(|| asking.as_mut().poll(context)));
        let answered = async { Some(answered.await) };
        let called_off = async {
            let _ = called_off.await;
            None
        };
        future::block_on(future::or(answered, called_off))
    };
    // Before anybody hears of it.
    drop(asking);
    outcome
}

/// The time since which the authenticator has had the thread.
#[derive(Clone, Default)]
struct Polling(Arc<Mutex<Option<Instant>>>);

impl Polling {
    fn during<T>(&self, poll: impl FnOnce() -> T) -> T {
        *self.since() = Some(Instant::now());
        let polled = poll();
        *self.since() = None;
        polled
    }

    fn is_stuck(&self) -> bool {
        self.since().is_some_and(|since| since.elapsed() > AT_ONCE)
    }

    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
