//! Coverage: the policies that the tests did not reach.

use core::fmt;

use serde::Serialize;

use super::SuiteReport;
use crate::{PolicyEngine, PolicyInfo};

/// The most policies that the text names; the fields have all.
const NAMED: usize = 20;

const ELSE: &str =
    "about other operations, such as reading an entry, which no test can ask for here";

/// The policies of a user's own that decided in no case: no test has looked at what
/// they say.
///
/// A policy is reached where it decides, with any of the factors that can be asked
/// for. That it was reached does not say that a test would fail without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coverage {
    /// The number of a user's own policies that a test can reach.
    pub policies: usize,
    /// The policies that a test can reach and none did.
    pub untested: Vec<PolicyInfo>,
    /// The policies that no test of a suite can reach: they are about a host's own
    /// operations alone, such as rules about reading entries.
    pub not_testable: Vec<PolicyInfo>,
}

impl Coverage {
    /// The policies of `engine`, which ran them, that none of `reports` reached.
    pub fn of<'a>(
        engine: &PolicyEngine,
        reports: impl IntoIterator<Item = &'a SuiteReport>,
    ) -> Self {
        let mut coverage = Self {
            policies: 0,
            untested: Vec::new(),
            not_testable: Vec::new(),
        };
        let reports: Vec<&SuiteReport> = reports.into_iter().collect();
        for policy in engine.policies().filter(|policy| !policy.shipped) {
            if engine.is_about_other_operations(&policy.id) {
                coverage.not_testable.push(policy.clone());
                continue;
            }
            coverage.policies = coverage.policies.saturating_add(1);
            if !reports.iter().any(|it| it.reached.contains(&policy.id)) {
                coverage.untested.push(policy.clone());
            }
        }
        coverage
    }

    /// Whether every policy that a test can reach was reached.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.untested.is_empty()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.policies, self.untested.len()) {
            (0, _) => writeln!(
                f,
                "Coverage: there are no policies of your own to test, only the shipped ones"
            )?,
            (1, 0) => writeln!(f, "Coverage: your policy decided in a test")?,
            (all, 0) => writeln!(f, "Coverage: each of your {all} policies decided in a test")?,
            (all, missed) => {
                writeln!(
                    f,
                    "Coverage: {missed} of your {all} policies decided in no test:"
                )?;
            }
        }
        for policy in self.untested.iter().take(NAMED) {
            writeln!(f, "  {} at {}:{}", policy.id, policy.file, policy.line)?;
        }
        match self.untested.len().saturating_sub(NAMED) {
            0 => {}
            more => writeln!(f, "  and {more} more")?,
        }
        match self.not_testable.len() {
            0 => Ok(()),
            1 => writeln!(f, "Not counted: 1 policy {ELSE}"),
            many => writeln!(f, "Not counted: {many} policies {ELSE}"),
        }
    }
}
