//! The report of a suite.

use core::fmt;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::{PolicyId, author::Explanation, policy_error::escaped};

/// The report of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SuiteReport {
    /// Each case, in the file's order.
    pub cases: Vec<CaseReport>,
    /// The policies of a user's own that decided in a case.
    #[serde(skip)]
    pub reached: BTreeSet<PolicyId>,
}

/// The report of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaseReport {
    /// Its name. Escaped.
    pub name: String,
    /// The place of the case, if [it was given](SuiteReport::placed).
    #[serde(flatten)]
    pub place: Option<CasePlace>,
    /// The number of combinations that the case asks for: 1 without a list.
    pub combinations: usize,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: CaseOutcome,
}

/// The place at which a case begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CasePlace {
    /// Its file. Escaped.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in that line, from 1.
    pub column: usize,
}

impl CasePlace {
    /// The place in `file`, at a line and a character, both from 1.
    #[must_use]
    pub fn new(file: &str, line: usize, column: usize) -> Self {
        let file = escaped(file);
        Self { file, line, column }
    }
}

impl fmt::Display for CasePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The outcome of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new outcome must break the builds that count outcomes"
)]
pub enum CaseOutcome {
    /// As it was expected.
    Passed,
    /// Otherwise.
    Failed {
        /// The first combination that failed, if the case has lists.
        #[serde(skip_serializing_if = "Option::is_none")]
        combination: Option<String>,
        /// The expected answer.
        expected: String,
        /// The answer of policy.
        got: String,
        /// The explanation of that answer.
        why: Box<Explanation>,
        /// The next combinations that failed, each with what policy said.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        others: Vec<String>,
        /// The number of further combinations that failed.
        #[serde(skip_serializing_if = "is_zero")]
        more: usize,
    },
    /// The case is no request that policy could be asked.
    Broken {
        /// The problem with the case.
        problem: String,
    },
}

/// Returns `true` if the count is 0. Serde hands out a reference.
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl SuiteReport {
    /// Adds the places of the report's cases, in the order of the cases.
    #[must_use]
    pub fn placed(mut self, places: impl IntoIterator<Item = Option<CasePlace>>) -> Self {
        for (case, place) in self.cases.iter_mut().zip(places) {
            case.place = place;
        }
        self
    }

    /// The number of cases that passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        let passed = |case: &&CaseReport| case.outcome == CaseOutcome::Passed;
        self.cases.iter().filter(passed).count()
    }

    /// Whether there are cases, and all of them passed: a file without cases
    /// tests nothing.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.cases.is_empty() && self.passed() == self.cases.len()
    }
}

impl fmt::Display for SuiteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            write!(f, "{case}")?;
        }
        let failed = self.cases.len() - self.passed();
        match self.cases.len() {
            0 => writeln!(f, "the file holds no test"),
            1 => writeln!(f, "1 test: {} passed, {failed} failed", self.passed()),
            all => writeln!(f, "{all} tests: {} passed, {failed} failed", self.passed()),
        }
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match &self.outcome {
            CaseOutcome::Passed => "PASS",
            CaseOutcome::Failed { .. } => "FAIL",
            CaseOutcome::Broken { .. } => "BROKEN",
        };
        write!(f, "{word}  {}", self.name)?;
        match self.combinations {
            1 => writeln!(f)?,
            several => writeln!(f, " ({several} combinations)")?,
        }
        if let (CaseOutcome::Failed { .. } | CaseOutcome::Broken { .. }, Some(place)) =
            (&self.outcome, &self.place)
        {
            writeln!(f, "    at {place}")?;
        }
        write!(f, "{}", self.outcome)
    }
}

impl fmt::Display for CaseOutcome {
    /// Writes what there is to say of the outcome, in indented lines: nothing if the
    /// case passed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (combination, expected, got, why, others, more) = match self {
            Self::Passed => return Ok(()),
            Self::Broken { problem } => return writeln!(f, "    {problem}"),
            Self::Failed {
                combination,
                expected,
                got,
                why,
                others,
                more,
            } => (combination, expected, got, why, others, more),
        };
        if let Some(combination) = combination {
            writeln!(f, "    with      {combination}")?;
        }
        writeln!(f, "    expected  {expected}\n    got       {got}")?;
        for line in why.to_string().lines() {
            writeln!(f, "    {line}")?;
        }
        for other in others {
            writeln!(f, "    also      {other}")?;
        }
        match more {
            0 => Ok(()),
            more => writeln!(f, "    also      {more} more"),
        }
    }
}
