//! A built host, and the state that a case is played on.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use crate::start::Start;

/// A part of the description that depends on the state.
pub(crate) type On<S, T> = Box<dyn Fn(&S) -> T>;

/// The parts of the description that every built host has.
pub(crate) struct Built<S, V> {
    pub(crate) program: PathBuf,
    pub(crate) fresh: Box<dyn Fn() -> S>,
    pub(crate) look: On<S, V>,
    pub(crate) arguments: On<S, Vec<OsString>>,
    pub(crate) environment: On<S, Vec<(String, OsString)>>,
    /// The longest wait for a message, a question or an end.
    pub(crate) patience: Duration,
}

impl<S, V> Built<S, V> {
    pub(crate) fn new(
        program: PathBuf,
        fresh: impl Fn() -> S + 'static,
        look: impl Fn(&S) -> V + 'static,
    ) -> Self {
        Self {
            program,
            fresh: Box::new(fresh),
            look: Box::new(look),
            arguments: Box::new(|_| Vec::new()),
            environment: Box::new(|_| Vec::new()),
            patience: Duration::from_secs(120),
        }
    }

    /// The bare name of its file.
    pub(crate) fn name(&self) -> String {
        let name = self.program.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// A state that nothing was played on, and the look of it.
    pub(crate) fn fresh(&self) -> (S, V) {
        let state = (self.fresh)();
        let before = (self.look)(&state);
        (state, before)
    }

    /// One start of it, with `more` behind the arguments that it always has.
    pub(crate) fn start(&self, state: &S, more: &[OsString]) -> Start {
        let mut arguments = (self.arguments)(state);
        arguments.extend_from_slice(more);
        Start {
            program: self.program.clone(),
            arguments,
            own: (self.environment)(state),
        }
    }
}
