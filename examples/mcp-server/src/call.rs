//! One call: when it is over, and what the client hears meanwhile.

use core::future::Future;
use std::time::Duration;

use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
    service::RequestContext,
};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// How often the client hears that a person is being asked.
const PROGRESS: Duration = Duration::from_secs(2);

/// One call of a tool.
#[derive(Debug)]
pub(crate) struct Call {
    cancelled: CancellationToken,
    gone: CancellationToken,
    client: Option<(Peer<RoleServer>, ProgressToken)>,
}

impl Call {
    /// The call of `context`, by a client that is there until `gone` fires.
    pub(crate) fn new(context: &RequestContext<RoleServer>, gone: CancellationToken) -> Self {
        let token = context.meta.get_progress_token();
        Self {
            cancelled: context.ct.clone(),
            gone,
            client: token.map(|token| (context.peer.clone(), token)),
        }
    }

    /// A call of a client that hears nothing.
    #[cfg(test)]
    pub(crate) const fn silent(cancelled: CancellationToken, gone: CancellationToken) -> Self {
        Self {
            cancelled,
            gone,
            client: None,
        }
    }

    /// Whether nobody waits for the answer any more.
    ///
    /// # Errors
    ///
    /// [`Failure::Cancelled`] if so.
    pub(crate) fn still_wanted(&self) -> Result<(), Failure> {
        if self.cancelled.is_cancelled() || self.gone.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        Ok(())
    }

    /// The outcome of `work`, unless the call is over before: then `work` is
    /// dropped, which dismisses a dialog.
    pub(crate) async fn unless_over<T>(
        &self,
        deadline: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(Failure::Cancelled),
            () = self.gone.cancelled() => Err(Failure::Cancelled),
            () = sleep_until(deadline) => Err(Failure::TooLong),
            outcome = work => Ok(outcome),
        }
    }

    /// The same, while the client hears that it goes on.
    pub(crate) async fn while_asking<T>(
        &self,
        deadline: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        self.unless_over(deadline, async {
            tokio::select! {
                biased;
                outcome = work => outcome,
                never = self.report() => match never {},
            }
        })
        .await
    }

    async fn report(&self) -> core::convert::Infallible {
        let start = Instant::now();
        let mut ticks = interval(PROGRESS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some((peer, token)) = &self.client {
                let seconds = start.elapsed().as_secs_f64();
                let progress = ProgressNotificationParam::new(token.clone(), seconds)
                    .with_message("waiting for a person's approval");
                // A client that cannot hear it is found gone by its input's end.
                drop(peer.notify_progress(progress).await);
            }
        }
    }
}
