//! Tests that people write for their policies.

mod build;
mod shape;

use core::fmt;

use serde::Serialize;

use crate::{
    Operation, PolicyEngine,
    author::{Cell, Explanation},
    policy_error::escaped,
};
pub use shape::{
    Expected, TestAgent, TestCase, TestContext, TestEntities, TestRequest, TestSuite, TestToken,
};

/// What became of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SuiteReport {
    /// Each case, in the file's order.
    pub cases: Vec<CaseReport>,
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CaseReport {
    /// Its name. Escaped.
    pub name: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: CaseOutcome,
}

/// What became of a case.
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
        /// What was expected.
        expected: String,
        /// What policy said.
        got: String,
        /// Why.
        why: Box<Explanation>,
    },
    /// The case is no request that policy could be asked.
    Broken {
        /// What is wrong with it.
        problem: String,
    },
}

impl TestSuite {
    /// Asks `engine` each case.
    #[must_use]
    pub fn run(&self, engine: &PolicyEngine) -> SuiteReport {
        let report = |case: &TestCase| CaseReport {
            name: escaped(&case.name),
            outcome: match build::operation(case, &self.entities) {
                Ok(operation) => judge(engine, case, &operation),
                Err(problem) => CaseOutcome::Broken {
                    problem: escaped(&problem),
                },
            },
        };
        SuiteReport {
            cases: self.tests.iter().map(report).collect(),
        }
    }
}

fn judge(engine: &PolicyEngine, case: &TestCase, operation: &Operation) -> CaseOutcome {
    let factor = case.factor();
    let why = engine.explain(operation, factor);
    let got = match why.with_factor {
        Some(given) if given.allowed => Cell::Allow,
        Some(_) => Cell::Deny,
        None => Cell::of_proof(&why.decision),
    };
    let expected = case.decision.cell();
    let mut reason: Vec<&str> = why.deciding.iter().map(|d| d.policy.id.as_str()).collect();
    reason.sort_unstable();
    let wanted = case.reason.as_ref().map(|ids| {
        let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    });
    if got == expected && wanted.as_ref().is_none_or(|wanted| *wanted == reason) {
        return CaseOutcome::Passed;
    }
    let by = |ids: &[&str]| {
        if ids.is_empty() {
            String::new()
        } else {
            escaped(&format!(" by {}", ids.join(", ")))
        }
    };
    CaseOutcome::Failed {
        expected: format!("{expected}{}", by(&wanted.unwrap_or_default())),
        got: format!("{got}{}", by(&reason)),
        why: Box::new(why),
    }
}

impl SuiteReport {
    /// How many cases passed.
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
            match &case.outcome {
                CaseOutcome::Passed => writeln!(f, "PASS  {}", case.name)?,
                CaseOutcome::Broken { problem } => {
                    writeln!(f, "BROKEN  {}\n    {problem}", case.name)?;
                }
                CaseOutcome::Failed { expected, got, why } => {
                    writeln!(f, "FAIL  {}", case.name)?;
                    writeln!(f, "    expected  {expected}\n    got       {got}")?;
                    for line in why.to_string().lines() {
                        writeln!(f, "    {line}")?;
                    }
                }
            }
        }
        let failed = self.cases.len() - self.passed();
        match self.cases.len() {
            0 => writeln!(f, "the file holds no test"),
            1 => writeln!(f, "1 test: {} passed, {failed} failed", self.passed()),
            all => writeln!(f, "{all} tests: {} passed, {failed} failed", self.passed()),
        }
    }
}
