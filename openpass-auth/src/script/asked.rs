//! The questions that a person was asked.

use crate::{Attempt, Challenge, Detail, FactorSet, ShownChange};

/// One question that was put to the person of a [`Script`](super::Script).
///
/// It can be compared with a text, which is its [`statement`](Self::statement).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    statement: String,
    summary: String,
    details: Vec<Detail>,
    accepts: FactorSet,
    attempt: Attempt,
}

impl Asked {
    pub(super) fn new(challenge: &Challenge) -> Self {
        Self {
            statement: challenge.statement().to_string(),
            summary: challenge.summary().to_string(),
            details: challenge.details().to_vec(),
            accepts: challenge.accepts(),
            attempt: challenge.attempt(),
        }
    }

    /// The question as it stands alone ([`Challenge::statement`]).
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// The question as a verb phrase ([`Challenge::summary`]).
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The fields that change.
    pub fn changes(&self) -> impl Iterator<Item = &ShownChange> {
        self.details.iter().filter_map(|detail| match detail {
            Detail::Change(change) => Some(change),
            Detail::Fact { .. } | Detail::NotShown { .. } => None,
        })
    }

    /// All the lines of the question.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// The factors that would have counted.
    #[must_use]
    pub const fn accepts(&self) -> FactorSet {
        self.accepts
    }

    /// The number of the try.
    #[must_use]
    pub const fn attempt(&self) -> Attempt {
        self.attempt
    }
}

impl PartialEq<str> for Asked {
    fn eq(&self, statement: &str) -> bool {
        self.statement == statement
    }
}

impl PartialEq<&str> for Asked {
    fn eq(&self, statement: &&str) -> bool {
        self.statement == *statement
    }
}

impl PartialEq<String> for Asked {
    fn eq(&self, statement: &String) -> bool {
        self.statement == *statement
    }
}
