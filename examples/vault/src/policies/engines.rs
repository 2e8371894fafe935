//! Engines that were built already.

use std::sync::{Arc, Mutex, PoisonError};

use openpass_policy::{PolicyEngine, PolicyLoadError, PolicySource};

use super::Parts;

/// The most engines that are kept: that of the policies in force, that of the files as they
/// lie there where one was changed outside the guard, and the two that a change compares.
const MOST: usize = 4;

/// The engines that a vault built last, each with the text of every policy in
/// it. The schema is the program's own.
///
/// INVARIANT (an engine is never older than the files): what is in force is
/// read and judged each time; an engine is used again for the very same text
/// alone, and never for how long ago it was built.
#[derive(Debug, Clone, Default)]
pub(crate) struct Engines(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    built: Vec<Built>,
    /// The number of engines that were built.
    count: u64,
}

#[derive(Debug)]
struct Built {
    sources: Vec<PolicySource>,
    parts: Parts,
    engine: Arc<PolicyEngine>,
}

impl Engines {
    /// The engine that decides with `sources`, which takes the touch of a security key if
    /// `takes_keys`.
    ///
    /// # Errors
    ///
    /// As [`Parts::engine`]. What does not load is tried again each time.
    pub(crate) fn with(
        &self,
        sources: &[PolicySource],
        takes_keys: bool,
    ) -> Result<Arc<PolicyEngine>, PolicyLoadError> {
        let first = Parts::needed_by(sources, takes_keys);
        match self.of(sources, first) {
            // INVARIANT: what loads with everything is in force, so that what was accepted
            // with it never locks anybody out. What does not load is told with every name
            // that may have been meant.
            Err(_) if !first.entries => self.whole(sources, takes_keys),
            engine => engine,
        }
    }

    /// The engine with `sources` and everything that any policy may speak of.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    pub(crate) fn whole(
        &self,
        sources: &[PolicySource],
        takes_keys: bool,
    ) -> Result<Arc<PolicyEngine>, PolicyLoadError> {
        self.of(sources, Parts::all(takes_keys))
    }

    /// The engine with `sources`, to be compared with another: [`whole`](Self::whole), where
    /// they load so.
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with).
    pub(crate) fn to_compare(
        &self,
        sources: &[PolicySource],
        takes_keys: bool,
    ) -> Result<Arc<PolicyEngine>, PolicyLoadError> {
        let first = Parts::needed_by(sources, takes_keys);
        match self.whole(sources, takes_keys) {
            // It has every name that may have been meant.
            Err(told) if !first.entries => self.of(sources, first).or(Err(told)),
            whole => whole,
        }
    }

    fn of(
        &self,
        sources: &[PolicySource],
        parts: Parts,
    ) -> Result<Arc<PolicyEngine>, PolicyLoadError> {
        // Held while one is built: of many that ask at once one builds it.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { built, count } = &mut *kept;
        if let Some(at) = built
            .iter()
            .position(|it| it.sources == sources && it.parts == parts)
        {
            let it = built.remove(at);
            let engine = Arc::clone(&it.engine);
            built.push(it);
            return Ok(engine);
        }
        *count = count.saturating_add(1);
        let engine = Arc::new(parts.engine(sources)?);
        if built.len() >= MOST {
            drop(built.remove(0));
        }
        built.push(Built {
            sources: sources.to_vec(),
            parts,
            engine: Arc::clone(&engine),
        });
        Ok(engine)
    }

    /// The number of engines that were built, those that did not load among them.
    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}
