//! Tests that people write for their policies.

mod build;
mod combine;
mod coverage;
mod entities;
mod judge;
mod reason;
mod report;
mod shape;
mod values;

use crate::{PolicyEngine, author::OwnSamples};
pub use coverage::Coverage;
pub use entities::TestEntities;
pub use reason::Reason;
pub use report::{CaseOutcome, CasePlace, CaseReport, SuiteReport};
pub use shape::{
    Expected, TestAgent, TestApprover, TestCase, TestContext, TestRequest, TestSuite, TestToken,
};
pub use values::OneOrMore;

impl TestSuite {
    /// The most combinations that the cases of one suite ask for. A case that goes
    /// above that number is broken.
    pub const MOST_COMBINATIONS: usize = judge::MOST;

    /// Adds a vault's agents and tokens, all of them, for a file that [takes
    /// those](TestEntities::from_vault). Without them, the cases of such a file are
    /// broken.
    #[must_use]
    pub fn with_own(mut self, own: OwnSamples) -> Self {
        self.entities.vault = Some(own);
        self
    }

    /// Asks `engine` each case.
    #[must_use]
    pub fn run(&self, engine: &PolicyEngine) -> SuiteReport {
        judge::run(self, engine)
    }
}
