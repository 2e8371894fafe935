//! One question put to one person.

use core::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{AuthError, Factor, FactorSet, SafeText, Unavailable};

/// Tells one challenge of this process from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChallengeId(u64);

impl ChallengeId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// One line of what the person is asked to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a prompt that does not draw a new kind of line would hide it"
)]
pub enum Detail {
    /// Something to know, such as who asks.
    Fact {
        /// What it is.
        label: SafeText,
        /// Its value.
        value: SafeText,
    },
    /// A field that changes.
    Change {
        /// Its name.
        field: SafeText,
        /// What it is now.
        before: SafeText,
        /// What it will be.
        after: SafeText,
        /// Whether the change gives power. Prompts mark it.
        widens: bool,
    },
}

/// Which of how many tries a challenge is. The first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// This try.
    pub number: u8,
    /// How many there are at the most.
    pub of: u8,
}

/// One question put to one person: what, by which factors, until when.
///
/// Not `Clone`: to ask again is another challenge, with another id.
#[derive(Debug)]
pub struct Challenge {
    id: ChallengeId,
    summary: SafeText,
    details: Vec<Detail>,
    code: Option<SafeText>,
    attempt: Attempt,
    accepts: FactorSet,
    deadline: Instant,
}

impl Challenge {
    /// A challenge that ends `timeout` from now, by the monotonic clock.
    ///
    /// `summary` is a verb phrase in lower case without a full stop, for it is
    /// read after "… is trying to" (Apple, `LAContext.localizedReason`). An
    /// empty one is replaced, since some prompts cannot show it.
    #[must_use]
    pub fn new(summary: SafeText, accepts: FactorSet, timeout: Duration) -> Self {
        let now = Instant::now();
        let summary = if summary.is_empty() {
            SafeText::literal("approve a change that was not described")
        } else {
            summary
        };
        Self {
            id: ChallengeId::next(),
            summary,
            details: Vec::new(),
            code: None,
            attempt: Attempt { number: 1, of: 1 },
            accepts,
            // A timeout too long to add is no timeout at all: end it now.
            deadline: now.checked_add(timeout).unwrap_or(now),
        }
    }

    /// Adds the lines to show, in order.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }

    /// Adds a short code, by which the person can tell this question from
    /// another and find it in the log.
    #[must_use]
    pub fn with_code(mut self, code: SafeText) -> Self {
        self.code = Some(code);
        self
    }

    /// Says that this is try `number` of `of`; from the second on, the last
    /// answer was wrong.
    #[must_use]
    pub const fn with_attempt(mut self, number: u8, of: u8) -> Self {
        self.attempt = Attempt { number, of };
        self
    }

    /// This challenge's id.
    #[must_use]
    pub const fn id(&self) -> ChallengeId {
        self.id
    }

    /// What is asked, as a verb phrase.
    #[must_use]
    pub const fn summary(&self) -> &SafeText {
        &self.summary
    }

    /// The lines to show.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// The short code, when there is one.
    #[must_use]
    pub const fn code(&self) -> Option<&SafeText> {
        self.code.as_ref()
    }

    /// Which try this is.
    #[must_use]
    pub const fn attempt(&self) -> Attempt {
        self.attempt
    }

    /// The factors that count as an answer.
    #[must_use]
    pub const fn accepts(&self) -> FactorSet {
        self.accepts
    }

    /// When an answer stops counting, by the monotonic clock.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The time left to answer; zero when there is none.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether an answer by `factor` can still count. Authenticators call it
    /// before they ask.
    ///
    /// # Errors
    ///
    /// [`Unavailable::FactorNotAccepted`], or [`AuthError::TimedOut`] when the
    /// deadline has passed.
    pub fn admits(&self, factor: Factor) -> Result<(), AuthError> {
        if !self.accepts.contains(factor) {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        self.still_open()
    }

    /// Whether the deadline is still ahead.
    ///
    /// # Errors
    ///
    /// [`AuthError::TimedOut`] when it is not.
    pub fn still_open(&self) -> Result<(), AuthError> {
        if self.time_left().is_zero() {
            return Err(AuthError::TimedOut);
        }
        Ok(())
    }
}
