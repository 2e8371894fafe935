//! Wrong answers make one wait.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    AttemptStore, AuthError, Authenticator, Challenge, Clock, Delays, Evidence, FactorSet,
    Unavailable,
    attempts::{Book, Hold, Kind, NotNow, Rule},
};

/// Limits how often an authenticator may be answered wrongly (NIST SP
/// 800-63B-4 §3.2.2).
///
/// After the third wrong answer in a row the next question must wait 30
/// seconds, and twice as long after each further one, up to an hour. From the
/// hundredth on there is one try a day: nobody is locked out for good, so
/// nobody can lock another out. A right answer makes all of them forgotten.
/// Whoever must wait is told how long ([`AuthError::LockedOut`]) and is not
/// asked.
///
/// # What counts
///
/// An attempt is counted before it is made. If nobody could be asked, if the
/// prompt was called off, if the deadline passed or if something broke, it is
/// given back. So [`AuthError::Rejected`] counts, and so does a process that
/// is killed in the middle: whoever kills it after a guess has used it up. Two
/// processes that ask at once use up two.
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
            kind: Kind::Failures,
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

    fn available(&self) -> Result<(), Unavailable> {
        self.inner.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        super::can_be_asked(self.inner.as_ref(), challenge)?;
        let attempt = self.book.reserve().await.map_err(|not_now| match not_now {
            NotNow::Hold(hold) => AuthError::LockedOut {
                retry_after: match hold {
                    Hold::For(left) => Some(left),
                    Hold::UntilActed => None,
                },
            },
            NotNow::Broken(error) => error.into(),
        })?;
        let outcome = self.inner.authenticate(challenge).await;
        match &outcome {
            Ok(evidence) if super::counts(evidence, challenge) => attempt.clear().await?,
            Err(AuthError::Rejected { .. }) => attempt.keep(),
            _ => attempt.give_back().await,
        }
        outcome
    }
}
