//! One thing that the person does.

use crate::{AuthError, Challenge, Factor, Unavailable};

#[derive(Debug)]
pub(super) struct Step {
    pub(super) answer: Answer,
    /// Whether it waits for the test.
    pub(super) held: bool,
}

#[derive(Debug)]
pub(super) enum Answer {
    Yes(Factor),
    Fails(AuthError),
    Unavailable(Unavailable),
    Silence,
}

impl Step {
    pub(super) const fn new(answer: Answer) -> Self {
        Self {
            answer,
            held: false,
        }
    }

    /// Whether it can be an answer to `challenge`.
    pub(super) fn answers(&self, challenge: &Challenge) -> bool {
        let factor = self.answer.factor();
        factor.is_none_or(|factor| challenge.accepts().contains(factor))
    }
}

impl Answer {
    /// The factor that the person answers by, right or wrong.
    pub(super) const fn factor(&self) -> Option<Factor> {
        match self {
            Self::Yes(factor) | Self::Fails(AuthError::Rejected { factor }) => Some(*factor),
            Self::Fails(_) | Self::Unavailable(_) | Self::Silence => None,
        }
    }
}
