//! What a prompt shows.

use std::time::{Duration, Instant};

use openpass_auth::{Attempt, Challenge, Detail, SafeText};

/// Everything of a [`Challenge`] that a prompt shows, to be moved to the
/// prompt's thread. It cannot make evidence.
#[derive(Debug, Clone)]
pub struct Question {
    summary: SafeText,
    details: Vec<Detail>,
    code: Option<SafeText>,
    attempt: Attempt,
    deadline: Instant,
}

impl From<&Challenge> for Question {
    fn from(challenge: &Challenge) -> Self {
        Self {
            summary: challenge.summary().clone(),
            details: challenge.details().to_vec(),
            code: challenge.code().cloned(),
            attempt: challenge.attempt(),
            deadline: challenge.deadline(),
        }
    }
}

impl Question {
    /// What is asked, as a verb phrase.
    #[must_use]
    pub const fn summary(&self) -> &SafeText {
        &self.summary
    }

    /// The lines to show, every one.
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
}
