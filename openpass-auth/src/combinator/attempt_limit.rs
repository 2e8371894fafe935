//! A limit that makes a requester wait after wrong answers.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    Asker, AttemptStore, AuthError, Authenticator, Challenge, Clock, Delays, Evidence, FactorSet,
    Guesses, PromptPlace, Unavailable,
    attempts::{Book, Rule, TallyKind},
};

/// Limits how often an authenticator may be answered wrongly (NIST SP
/// 800-63B-4 §3.2.2).
///
/// After the third wrong answer in a row the next question must wait 30
/// seconds, and twice as long after each further one, up to an hour. From the
/// hundredth on there is one try a day: nobody is locked out for good, so
/// nobody can lock another out. A right answer makes all of them forgotten. A
/// requester who must wait is told how long ([`AuthError::LockedOut`]) and is
/// not asked.
///
/// # What counts
///
/// A wrong answer counts for the requester ([`for_asker`](Self::for_asker)): an
/// agent's wrong answers hold up that agent alone.
///
/// An answer is counted before it is verified ([`Authenticator::authenticate_counted`])
/// and taken off again if it was right or none. So a process that is killed while it
/// verifies has used up the answer. A process that ends while the prompt is up, by
/// whatever signal, has not. An authenticator that cannot tell the two apart is counted
/// from the start. Two processes that ask at once verify no more than they may.
///
/// # Time
///
/// The wait goes on across restarts of the process and of the machine. While
/// the machine runs on, setting the wall clock changes nothing, on Linux. A
/// clock that is found to have gone back starts the wait anew and never
/// shortens it ([`SystemClock`](crate::SystemClock)).
///
/// # Errors
///
/// Attempts that cannot be read, understood or kept are an
/// [`AuthError::Backend`], and nobody is asked. A right answer that cannot be
/// kept as one is refused too.
#[derive(Debug)]
pub struct AttemptLimit {
    inner: Arc<dyn Authenticator>,
    book: Book,
}

impl AttemptLimit {
    /// The most failures in a row before there is one try a day.
    pub const MOST: u32 = 100;

    /// Limits `inner`, and remembers in `store`.
    #[must_use]
    pub fn new(inner: Arc<dyn Authenticator>, store: Arc<dyn AttemptStore>) -> Self {
        let rule = Rule {
            kind: TallyKind::Failures,
            until_acted_from: None,
            delays: Delays::new(3, Duration::from_secs(30), Duration::from_secs(60 * 60)),
            daily_from: Some(Self::MOST),
            forgotten_after: None,
        };
        Self {
            inner,
            book: Book::new(store, rule),
        }
    }

    /// Counts the wrong answers to what `asker` asks for, apart from others'.
    #[must_use]
    pub fn for_asker(mut self, asker: Asker) -> Self {
        self.book.rule.kind = match asker {
            Asker::Person => TallyKind::Failures,
            Asker::Agent(name) => TallyKind::FailuresOf(name),
        };
        self
    }

    /// Waits by `delays` instead.
    #[must_use]
    pub const fn with_delays(mut self, delays: Delays) -> Self {
        self.book.rule.delays = delays;
        self
    }

    /// Takes one try a day after `most` failures in a row. Zero means after the
    /// first one; more than [`MOST`](Self::MOST) means [`MOST`](Self::MOST).
    #[must_use]
    pub fn with_most(mut self, most: u32) -> Self {
        self.book.rule.daily_from = Some(most.clamp(1, Self::MOST));
        self
    }

    /// Reads the time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.book.clock = clock;
        self
    }
}

#[async_trait]
impl Authenticator for AttemptLimit {
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
        let guesses = Guesses::new(self.book.clone());
        guesses.look().await?;
        self.inner.authenticate_counted(challenge, &guesses).await
    }
}
