//! The question that a prompt shows.

use std::time::{Duration, Instant};

use openpass_auth::{Attempt, Challenge, Detail, SafeText};

/// Everything of a [`Challenge`] that a prompt shows, to be moved to the
/// prompt's thread. It cannot make evidence.
#[derive(Debug, Clone)]
pub struct Question {
    statement: SafeText,
    tally: Option<SafeText>,
    details: Vec<Detail>,
    notices: Vec<SafeText>,
    code: Option<SafeText>,
    attempt: Attempt,
    deadline: Instant,
}

impl From<&Challenge> for Question {
    fn from(challenge: &Challenge) -> Self {
        Self {
            statement: challenge.statement().clone(),
            tally: challenge.tally().cloned(),
            details: challenge.details().to_vec(),
            notices: challenge.notices().to_vec(),
            code: challenge.code().cloned(),
            attempt: challenge.attempt(),
            deadline: challenge.deadline(),
        }
    }
}

impl Question {
    /// The requester and the request as a sentence, or the request alone as a verb
    /// phrase where the person who answers is the requester.
    #[must_use]
    pub const fn statement(&self) -> &SafeText {
        &self.statement
    }

    /// The count of what the change gives and takes, if it was counted.
    #[must_use]
    pub const fn tally(&self) -> Option<&SafeText> {
        self.tally.as_ref()
    }

    /// The lines to show, every one.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// Statements that stand after what must be shown, as far as there is room.
    #[must_use]
    pub fn notices(&self) -> &[SafeText] {
        &self.notices
    }

    /// The short code, when there is one.
    #[must_use]
    pub const fn code(&self) -> Option<&SafeText> {
        self.code.as_ref()
    }

    /// The number of this try, and of how many.
    #[must_use]
    pub const fn attempt(&self) -> Attempt {
        self.attempt
    }

    /// The time at which an answer stops counting, by the monotonic clock.
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
