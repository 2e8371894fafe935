//! The report of the suite.

use core::fmt;

use super::Clause;

/// One clause that an authenticator broke, with its behaviour instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{clause}: {found}")]
pub struct Violation {
    clause: Clause,
    found: String,
}

impl Violation {
    pub(super) fn of(clause: Clause, found: impl Into<String>) -> Self {
        let found = found.into();
        Self { clause, found }
    }

    /// The clause that was broken.
    #[must_use]
    pub const fn clause(&self) -> Clause {
        self.clause
    }

    /// The authenticator's behaviour instead. It names no secret.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    pub(super) fn without_details(self) -> Self {
        let found = "not shown, since it holds what the person types";
        Self::of(self.clause, found)
    }
}

/// The result of a [`run`](super::run). Its `Display` lists what was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the contract is kept only if `assert_holds` passes"]
pub struct Report {
    pub(super) violations: Vec<Violation>,
}

impl Report {
    /// The broken clauses, in the order in which they were found. Empty when
    /// the contract holds.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Ends the test if anything was broken.
    ///
    /// # Panics
    ///
    /// If [`violations`](Self::violations) is not empty; the message lists them.
    #[track_caller]
    pub fn assert_holds(&self) {
        assert!(self.violations.is_empty(), "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.violations.is_empty() {
            return f.write_str("the authenticator keeps its contract");
        }
        f.write_str("the authenticator breaks its contract:")?;
        for violation in &self.violations {
            write!(f, "\n- {violation}")?;
        }
        Ok(())
    }
}
