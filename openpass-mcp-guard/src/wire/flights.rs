//! The requests that were taken and are not answered yet.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::model::RequestId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The requests in flight, by their ids, each with the token that calls it off.
///
/// The SDK forgets a request that is cancelled while its handler runs, and a
/// request whose id comes again: then a dialog cannot be called off, or an
/// answer goes to the wrong request. So both cases are handled here.
#[derive(Debug, Clone, Default)]
pub struct Flights(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: Mutex<HashMap<RequestId, CancellationToken>>,
    fewer: Notify,
}

impl Flights {
    /// Notes that a request is in flight, unless one of this id is. Says whether it was
    /// noted.
    pub fn begin(&self, id: &RequestId) -> bool {
        let mut open = self.open();
        if open.contains_key(id) {
            return false;
        }
        open.insert(id.clone(), CancellationToken::new());
        true
    }

    /// Calls a request off. Its id stays in flight until its handler has heard.
    pub fn cancel(&self, id: &RequestId) {
        if let Some(token) = self.open().get(id) {
            token.cancel();
        }
    }

    /// Returns the token that tells the handler of a request that the request
    /// was called off.
    #[must_use]
    pub fn cancelled(&self, id: &RequestId) -> CancellationToken {
        self.open().get(id).cloned().unwrap_or_default()
    }

    /// Whether somebody waits for the answer to a request.
    #[must_use]
    pub fn wants(&self, id: &RequestId) -> bool {
        let open = self.open();
        open.get(id).is_none_or(|token| !token.is_cancelled())
    }

    /// Notes that a request was answered, or never will be.
    pub fn end(&self, id: &RequestId) {
        self.open().remove(id);
        self.0.fewer.notify_waiters();
    }

    /// Waits until no more than `most` are in flight.
    pub async fn at_most(&self, most: usize) {
        loop {
            let fewer = self.0.fewer.notified();
            if self.open().len() <= most {
                return;
            }
            fewer.await;
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<RequestId, CancellationToken>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
