//! Stacks that are large enough for what recurses: Cedar's parser, its type
//! checker and its evaluator.

use std::{
    io,
    thread::{self, Scope, ScopedJoinHandle},
};

use crate::PolicyLoadError;

/// The bytes of stack for loading. What the limits on a file's text let through stays
/// well within them, also in an unoptimised build.
const LOADING: usize = 128 * 1024 * 1024;
/// The bytes of stack that an evaluation takes apart from the policies, with what Cedar
/// wants to have left. Cedar gives up when less is left.
const EVALUATION: usize = 512 * 1024;
/// The bytes of stack that an unoptimised build may take for each level of a policy.
const LEVEL: usize = 96 * 1024;

/// Runs what parses Cedar, on a thread with a stack of its own.
pub(super) fn for_loading<T: Send>(
    parse: impl FnOnce() -> Result<T, PolicyLoadError> + Send,
) -> Result<T, PolicyLoadError> {
    thread::scope(|scope| {
        spawn_for_loading(scope, parse)
            .map_err(PolicyLoadError::engine)?
            .join()
            .map_err(|_| PolicyLoadError::engine("loading panicked"))?
    })
}

/// Starts a thread with the same stack.
pub(super) fn spawn_for_loading<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new()
        .name("openpass-policy-load".to_owned())
        .stack_size(LOADING)
        .spawn_scoped(scope, work)
}

/// Runs what evaluates policies that nest so deep: on the stack that there is
/// if that is enough, else on a larger one.
///
/// INVARIANT: a policy that loads is decided the same on every thread. Cedar
/// gives up when the stack is short, which would deny everything.
pub(super) fn for_levels<T>(levels: usize, evaluate: impl FnOnce() -> T) -> T {
    let needed = EVALUATION.saturating_add(levels.saturating_mul(LEVEL));
    stacker::maybe_grow(needed, needed, evaluate)
}
