//! Tools that help people to write policy (feature `author`): the reasons for a
//! decision, the effects of a change of policy, tests of policy, and problems drawn
//! with their lines.
//!
//! - [`PolicyEngine::explain`]: an [`Explanation`], with what would have to be
//!   otherwise.
//! - [`Matrix`] and [`MatrixDiff`]: sample operations with their answers, as
//!   text, Markdown or HTML.
//! - [`PolicyEngine::lint`]: what loads and cannot have been meant, as
//!   [`Finding`]s.
//! - [`TestSuite`]: cases that people write for their policies, and [`Coverage`]:
//!   which policies they leave out.
//! - [`EngineBuilder::schema_text`], [`PolicyEngine::text`] and
//!   [`PolicyEngine::closest`]: what an editor and a reader of policies need.
//! - [`PolicyLoadError::report`]: each problem below its line.
//!
//! Nothing here decides: [`Guard`] and [`PolicyEngine`] do the same with and
//! without.

mod check;
mod explain;
mod matrix;
mod report;
mod suite;

#[cfg(doc)]
use crate::{EngineBuilder, Guard, PolicyEngine, PolicyLoadError};

pub use check::{Finding, FindingKind, KnownNames};
pub use explain::{Deciding, Explanation, Role, WhatIf, WithFactor};
pub use matrix::{
    Cell, Matrix, MatrixChange, MatrixDiff, MatrixOtherwise, MatrixRow, OwnSamples, Unshown, Why,
};
pub(crate) use report::Excerpt;
pub use suite::{
    CaseOutcome, CasePlace, CaseReport, Coverage, Expected, OneOrMore, Reason, SuiteReport,
    TestAgent, TestApprover, TestCase, TestContext, TestEntities, TestRequest, TestSuite,
    TestToken,
};
