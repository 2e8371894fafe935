//! A question on a thread of its own, which can be called off.

use std::thread;

use futures_channel::oneshot;
use openpass_auth::{AuthError, BackendError};

use crate::Cancel;

/// A question that is being asked; dropping it calls it off.
pub(crate) struct Asking<T> {
    answer: oneshot::Receiver<Result<T, AuthError>>,
    cancel: Cancel,
}

impl<T: Send + 'static> Asking<T> {
    pub(crate) fn start(
        ask: impl FnOnce(&Cancel) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<Self, AuthError> {
        let (sender, answer) = oneshot::channel();
        let cancel = Cancel::new();
        let asking = Self {
            answer,
            cancel: cancel.clone(),
        };
        thread::Builder::new()
            .name("openpass-prompt".to_owned())
            .spawn(move || {
                // Nobody listens any more after a cancel, which is as it should be.
                drop(sender.send(ask(&cancel)));
            })
            .map_err(|error| {
                BackendError::caused_by("no thread could be started to ask on", error)
            })?;
        Ok(asking)
    }

    pub(crate) async fn answer(mut self) -> Result<T, AuthError> {
        match (&mut self.answer).await {
            Ok(outcome) => outcome,
            // The thread panicked, and its sender went with it.
            Err(oneshot::Canceled) => Err(BackendError::new("the prompt broke").into()),
        }
    }
}

impl<T> Drop for Asking<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
