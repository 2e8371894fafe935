//! Answers that were there in time and are being verified.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;

/// So long is waited for the last of them. A key derivation takes seconds.
const AT_MOST: Duration = Duration::from_secs(60);

/// The answers of a challenge that are being verified.
///
/// An answer is counted before it is verified, and taken off again if it was
/// none that can be guessed. A program that ended when the challenge did would
/// leave it counted, though it may have been right.
#[derive(Debug, Clone, Default)]
pub struct Settling(Arc<Mutex<Vec<oneshot::Receiver<()>>>>);

/// One answer that is being verified, until this is dropped.
#[derive(Debug)]
#[must_use = "dropping it says that the verification has ended"]
pub struct Unsettled {
    // Dropping it is what tells.
    _tells: oneshot::Sender<()>,
}

impl Settling {
    /// A verification begins.
    pub fn begin(&self) -> Unsettled {
        let (tells, ended) = oneshot::channel();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(ended);
        Unsettled { _tells: tells }
    }

    /// Waits until every verification that has begun has ended, for a minute
    /// at the most.
    pub(crate) async fn ended(&self) {
        let all = core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let settled = async {
            for one in all {
                // It is told by the sender's end, and by nothing that is sent.
                let _ended = one.await;
            }
        };
        let timer = async {
            Delay::new(AT_MOST).await;
        };
        future::or(settled, timer).await;
    }
}
