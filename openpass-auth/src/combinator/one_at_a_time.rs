//! One dialog at a time in one place, across processes.

use core::{any::Any, fmt::Debug};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    AuthError, Authenticator, Blocking, Challenge, Evidence, FactorSet, PromptPlace, Unavailable,
    Wanted,
};
use async_trait::async_trait;

/// The time between two looks at whether the other dialog is over.
const TICK: Duration = Duration::from_millis(50);

/// A place in which one dialog is shown at a time, such as a vault's screen.
///
/// `openpass-vault` has a place that holds across processes.
pub trait Place: Debug + Send + Sync {
    /// Takes the place if it is free. It is given back when what is returned is
    /// dropped, and when the process ends.
    ///
    /// It must not wait for the place. It is called on a thread of its own, so it may
    /// read and write files. It returns `None` when the place is taken, or when that
    /// cannot be told.
    fn try_take(&self) -> Option<Taken>;
}

/// A place that is taken, until this is dropped.
#[must_use = "the place is given back when this is dropped"]
pub struct Taken(#[expect(dead_code, reason = "it is held")] Box<dyn Any + Send>);

impl Taken {
    /// Makes a place that is taken for as long as `held` lives.
    pub fn by(held: impl Any + Send) -> Self {
        Self(Box::new(held))
    }
}

impl Debug for Taken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Taken")
    }
}

/// Asks only while no other dialog is up in the same [`Place`].
///
/// Wrap dialogs. A prompt on the person's own terminal is no dialog: it must
/// not wait for a place that another program may never give back.
///
/// It waits for half of the time that the challenge has left. Then it is
/// [`Unavailable::AnotherDialog`], so that a chain goes on to where somebody
/// can be asked still.
///
/// # Cancellation
///
/// Dropping the future dismisses the prompt and gives the place back; while it
/// waits, soon after.
#[derive(Debug)]
pub struct OneAtATime<A: ?Sized> {
    place: Arc<dyn Place>,
    inner: Arc<A>,
}

impl<A: ?Sized> OneAtATime<A> {
    /// Asks by `inner` while it has `place`.
    #[must_use]
    pub fn new(inner: Arc<A>, place: Arc<dyn Place>) -> Self {
        Self { place, inner }
    }

    async fn take(&self, patience: Duration) -> Result<Taken, AuthError> {
        let place = Arc::clone(&self.place);
        let wait = move |wanted: &Wanted| wait(place.as_ref(), patience, wanted);
        let waiting = Blocking::start_while("openpass-waits", wait)?;
        // A thread that breaks has no place to give.
        let taken = waiting.await.ok().flatten();
        taken.ok_or_else(|| Unavailable::AnotherDialog.into())
    }
}

/// Waits for the place on this thread, for `patience` at the most. A place that it
/// takes once nobody waits any more is dropped, and so given back.
fn wait(place: &dyn Place, patience: Duration, wanted: &Wanted) -> Option<Taken> {
    let start = Instant::now();
    while wanted.is_wanted() {
        let taken = place.try_take();
        if taken.is_some() || start.elapsed() >= patience {
            return taken;
        }
        std::thread::sleep(TICK.min(patience));
    }
    None
}

#[async_trait]
impl<A: Authenticator + ?Sized + 'static> Authenticator for OneAtATime<A> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn factors(&self) -> FactorSet {
        self.inner.factors()
    }

    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        self.inner.places(challenge)
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        super::can_be_asked(&self.inner, challenge).await?;
        let taken = self.take(challenge.time_left() / 2).await?;
        let outcome = self.inner.authenticate(challenge).await;
        drop(taken);
        outcome
    }
}
