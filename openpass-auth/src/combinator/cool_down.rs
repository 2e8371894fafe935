//! Prompts that are declined or called off make whoever asks wait.

use core::fmt::Debug;
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    AttemptStore, AuthError, Authenticator, CancelledBy, Challenge, Clock, Confirmation, Delays,
    Evidence, FactorSet, Unavailable,
    attempts::{Book, Kind, NotNow, Reservation, Rule},
};

/// Keeps prompts from being put to a person over and over until a yes comes.
///
/// After the second prompt in a row that a person declined, or that whoever
/// asked called off, nobody is asked for 30 seconds, and for twice as long after each further one, up to 15
/// minutes ([`AuthError::CoolingDown`]). An approval makes them forgotten, and
/// so does an hour without one.
///
/// It holds for whatever asks through the same [`AttemptStore`], in every
/// process, and wraps an [`Authenticator`] or a [`Confirmation`]. Wrap the
/// whole chain of authenticators, so that it holds for every dialog.
///
/// # What counts
///
/// A prompt that the person called off ([`CancelledBy::Person`]), one that the
/// program called off ([`CancelledBy::Host`], or the future was dropped before
/// the deadline), and one whose process was killed. A client that cancels and
/// asks again would else put up as many dialogs as it likes. What was refused
/// without a prompt does not count, nor does a wrong answer, a prompt that
/// nobody answered, or one that the system withdrew. As with
/// [`AttemptLimit`](crate::AttemptLimit), a prompt is counted before it is
/// shown and given back if it does not count, and clocks are treated the same
/// way.
///
/// # Errors
///
/// What cannot be read, understood or kept is an [`AuthError::Backend`], and
/// nobody is asked.
#[derive(Debug)]
pub struct CoolDown<A: ?Sized> {
    book: Book,
    inner: Arc<A>,
}

impl<A: ?Sized> CoolDown<A> {
    /// Guards the person who is asked by `inner`, and remembers in `store`.
    #[must_use]
    pub fn new(inner: Arc<A>, store: Arc<dyn AttemptStore>) -> Self {
        let rule = Rule {
            kind: Kind::Declines,
            delays: Delays::new(2, Duration::from_secs(30), Duration::from_secs(15 * 60)),
            daily_from: None,
            forgotten_after: Some(Duration::from_secs(60 * 60)),
        };
        Self {
            book: Book::new(store, rule),
            inner,
        }
    }

    /// Waits by `delays` instead.
    #[must_use]
    pub fn with_delays(mut self, delays: Delays) -> Self {
        self.book.rule.delays = delays;
        self
    }

    /// Reads the time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.book.clock = clock;
        self
    }

    async fn reserve<'a>(&self, challenge: &'a Challenge) -> Result<Prompt<'a>, AuthError> {
        let counted = self.book.reserve().await;
        let counted = counted.map_err(|not_now| match not_now {
            NotNow::Wait(retry_after) => AuthError::CoolingDown { retry_after },
            NotNow::Broken(error) => error.into(),
        })?;
        Ok(Prompt {
            counted: Some(counted),
            challenge,
        })
    }
}

/// A prompt that is counted, until it is known what it came to.
struct Prompt<'a> {
    counted: Option<Reservation>,
    challenge: &'a Challenge,
}

impl Prompt<'_> {
    /// Settles what it came to. `is_yes` is for an approval that counts.
    async fn settle<T>(
        mut self,
        outcome: &Result<T, AuthError>,
        is_yes: bool,
    ) -> Result<(), AuthError> {
        let Some(counted) = self.counted.take() else {
            return Ok(());
        };
        match outcome {
            Ok(_) if is_yes => counted.clear().await?,
            Err(AuthError::Cancelled(CancelledBy::Person | CancelledBy::Host)) => counted.keep(),
            _ => counted.give_back().await,
        }
        Ok(())
    }
}

impl Drop for Prompt<'_> {
    fn drop(&mut self) {
        // At the deadline whoever waits drops the prompt too: that is nobody's
        // no.
        if self.challenge.still_open().is_ok()
            && let Some(counted) = self.counted.take()
        {
            counted.keep();
        }
    }
}

#[async_trait]
impl<A: Authenticator + ?Sized> Authenticator for CoolDown<A> {
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
        let prompt = self.reserve(challenge).await?;
        let outcome = self.inner.authenticate(challenge).await;
        let is_yes = matches!(&outcome, Ok(evidence) if super::counts(evidence, challenge));
        prompt.settle(&outcome, is_yes).await?;
        outcome
    }
}

#[async_trait]
impl<A: Confirmation + ?Sized> Confirmation for CoolDown<A> {
    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError> {
        challenge.still_open()?;
        let prompt = self.reserve(challenge).await?;
        let outcome = self.inner.confirm(challenge).await;
        prompt
            .settle(&outcome, challenge.still_open().is_ok())
            .await?;
        outcome
    }
}
