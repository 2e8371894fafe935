//! A question on a thread of its own, which can be called off.

use openpass_auth::{AuthError, BackendError, Blocking};

use crate::Cancel;

/// A question that is being asked; dropping it calls it off.
///
/// More than [`Blocking`]: the terminal is given back before the drop returns,
/// which only a [`Cancel`] can do. That the future is gone, the thread would see
/// when it looks next.
pub(crate) struct Asking<T: Send + 'static> {
    answer: Blocking<Result<T, AuthError>>,
    cancel: Cancel,
}

impl<T: Send + 'static> Asking<T> {
    pub(crate) fn start(
        ask: impl FnOnce(&Cancel) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<Self, AuthError> {
        let cancel = Cancel::new();
        let called_off = cancel.clone();
        let answer = Blocking::start("openpass-prompt", move || ask(&called_off))?;
        Ok(Self { answer, cancel })
    }

    pub(crate) async fn answer(mut self) -> Result<T, AuthError> {
        let broke = |lost| BackendError::caused_by("the prompt failed", lost);
        (&mut self.answer).await.map_err(broke)?
    }
}

impl<T: Send + 'static> Drop for Asking<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
