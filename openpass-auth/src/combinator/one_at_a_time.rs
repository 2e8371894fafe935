//! One dialog at a time in one place, across processes.

use core::{any::Any, fmt::Debug};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_channel::oneshot;

use crate::{AuthError, Authenticator, BackendError, Challenge, Evidence, FactorSet, Unavailable};

/// How often it is looked whether the other dialog is over.
const TICK: Duration = Duration::from_millis(50);

/// Where one dialog is shown at a time: a vault's screen.
///
/// `openpass-vault` has one that holds across processes.
pub trait Place: Debug + Send + Sync {
    /// Takes the place if it is free. It is given back when what is returned is
    /// dropped, and when the process ends.
    ///
    /// It must not block. `None` when it is taken, or when that cannot be told.
    fn try_take(&self) -> Option<Taken>;
}

/// A place that is taken, until this is dropped.
#[must_use = "the place is given back when this is dropped"]
pub struct Taken(#[expect(dead_code, reason = "it is held")] Box<dyn Any + Send>);

impl Taken {
    /// Taken while `held` is.
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
        if let Some(taken) = self.place.try_take() {
            return Ok(taken);
        }
        let (sender, taken) = oneshot::channel();
        let place = Arc::clone(&self.place);
        std::thread::Builder::new()
            .name("openpass-waits".to_owned())
            .spawn(move || wait(place.as_ref(), patience, sender))
            .map_err(|error| {
                BackendError::caused_by("no thread could be started to wait on", error)
            })?;
        // A thread that breaks has no place to give.
        let taken = taken.await.ok().flatten();
        taken.ok_or_else(|| Unavailable::AnotherDialog.into())
    }
}

fn wait(place: &dyn Place, patience: Duration, sender: oneshot::Sender<Option<Taken>>) {
    let start = Instant::now();
    while !sender.is_canceled() {
        let taken = place.try_take();
        if taken.is_some() || start.elapsed() >= patience {
            // Nobody listens any more after a drop: it is given back here.
            drop(sender.send(taken));
            return;
        }
        std::thread::sleep(TICK.min(patience));
    }
}

#[async_trait]
impl<A: Authenticator + ?Sized> Authenticator for OneAtATime<A> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn factors(&self) -> FactorSet {
        self.inner.factors()
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        super::can_be_asked(self.inner.as_ref(), challenge)?;
        let taken = self.take(challenge.time_left() / 2).await?;
        let outcome = self.inner.authenticate(challenge).await;
        drop(taken);
        outcome
    }
}
