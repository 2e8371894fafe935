//! The constructors of operations that change nothing.

use super::{Effect, Operation, Request, Resource, StateDigest};
use crate::Action;

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
        Self::new(request, action, Resource::Vault, nothing)
    }
}
