//! Operations that change nothing.

use super::{Group, Phrase, Row, Sample};
use crate::{Action, Effect, Operation, Request, Resource, StateDigest};

pub(crate) const LIST: Row = look(
    "list what there is",
    |asked| Ok(Operation::list(asked.request)),
    &[Sample::that("list")],
);

pub(crate) const SHOW: Row = look(
    "show one entry",
    |asked| Ok(Operation::show(asked.request)),
    &[Sample::that("show")],
);

pub(crate) const STATUS: Row = look(
    "show the status",
    |asked| Ok(Operation::status(asked.request)),
    &[Sample::that("show the status")],
);

pub(crate) const EXPLAIN: Row = look(
    "explain a decision",
    |asked| Ok(Operation::explain(asked.request)),
    &[Sample::that("explain a decision")],
);

pub(crate) const DRY_RUN: Row = look(
    "try a change without making it",
    |asked| Ok(Operation::dry_run(asked.request)),
    &[Sample::that("try without making it")],
);

const fn look(
    phrase: &'static str,
    build: fn(super::SampleParts<'_>) -> Result<Operation, String>,
    samples: &'static [Sample],
) -> Row {
    Row {
        groups: &[Group::Routine],
        phrase: Phrase::Words(phrase),
        build,
        samples,
    }
}

impl Operation {
    /// Lists what there is.
    #[must_use]
    pub fn list(request: Request) -> Self {
        Self::look(request, Action::List)
    }

    /// Shows one thing.
    #[must_use]
    pub fn show(request: Request) -> Self {
        Self::look(request, Action::Show)
    }

    /// Says how things are.
    #[must_use]
    pub fn status(request: Request) -> Self {
        Self::look(request, Action::Status)
    }

    /// Says what a change would take.
    #[must_use]
    pub fn explain(request: Request) -> Self {
        Self::look(request, Action::Explain)
    }

    /// Computes a change and does not make it.
    #[must_use]
    pub fn dry_run(request: Request) -> Self {
        Self::look(request, Action::DryRun)
    }

    fn look(request: Request, action: Action) -> Self {
        let nothing = Effect::new(Vec::new(), StateDigest::of(&[]));
        Self::new_of(request, action, Resource::Vault, nothing)
    }
}
