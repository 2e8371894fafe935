//! The outcomes of the cases of a file.

use core::fmt;

use openpass_auth::SafeText;
use serde::Serialize;

use crate::output::counted;

/// The outcome of each case, in the file's order, and their counts.
#[derive(Debug, Serialize)]
pub(in super::super) struct Report {
    cases: Vec<Case>,
    passed: usize,
    refused: usize,
    failed: usize,
}

/// One case.
#[derive(Debug, Serialize)]
pub(super) struct Case {
    name: String,
    #[serde(flatten)]
    outcome: Outcome,
}

/// The outcome of a case.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// As the product decides it.
    Passed,
    /// Refused, as the product refuses it.
    RefusedToo {
        /// The importer's error.
        problem: String,
    },
    /// The product reads it; the importer does not, and so allows nothing.
    Refused {
        /// The importer's error.
        problem: String,
    },
    /// The rules and the product disagree.
    Failed {
        /// The product's result.
        expected: String,
        /// The result of the imported rules.
        got: String,
    },
    /// The case is no request that policy could be asked.
    Broken {
        /// The reason why the case cannot be asked.
        problem: String,
    },
}

impl Case {
    pub(super) fn new(name: String, outcome: Outcome) -> Self {
        Self { name, outcome }
    }
}

impl Report {
    pub(super) fn new(cases: Vec<Case>) -> Self {
        let count = |wanted: fn(&Outcome) -> bool| {
            let outcomes = cases.iter().map(|case| &case.outcome);
            outcomes.filter(|outcome| wanted(outcome)).count()
        };
        let passed = count(|it| matches!(it, Outcome::Passed | Outcome::RefusedToo { .. }));
        let refused = count(|it| matches!(it, Outcome::Refused { .. }));
        Self {
            passed,
            refused,
            failed: cases.len() - passed - refused,
            cases,
        }
    }

    /// Returns the number of cases.
    pub(in super::super) fn all(&self) -> usize {
        self.cases.len()
    }

    /// Returns the number of cases that ended neither with the product's own
    /// result nor with a refusal. A refused file allows nothing, so a refusal
    /// does not count.
    pub(in super::super) fn failed(&self) -> usize {
        self.failed
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in &self.cases {
            let name = SafeText::escape(&case.name);
            match &case.outcome {
                Outcome::Passed => writeln!(f, "PASS     {name}")?,
                Outcome::RefusedToo { problem } => {
                    writeln!(f, "PASS     {name}: refused, as in OpenPass")?;
                    lines(f, problem)?;
                }
                Outcome::Refused { problem } => {
                    writeln!(f, "REFUSED  {name}")?;
                    lines(f, problem)?;
                }
                Outcome::Failed { expected, got } => {
                    writeln!(f, "FAIL     {name}")?;
                    lines(f, &format!("expected  {expected}\ngot       {got}"))?;
                }
                Outcome::Broken { problem } => {
                    writeln!(f, "BROKEN   {name}")?;
                    lines(f, problem)?;
                }
            }
        }
        writeln!(
            f,
            "{}: {} passed, {} refused by the importer, {} failed",
            counted(self.all(), "case"),
            self.passed,
            self.refused,
            self.failed
        )
    }
}

/// The text is safe to show already.
fn lines(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for line in text.lines() {
        writeln!(f, "    {line}")?;
    }
    Ok(())
}
