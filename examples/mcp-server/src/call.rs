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

use crate::{failure::Failure, wire::Flights};

/// The time between two messages to the client that its call goes on.
const PROGRESS: Duration = Duration::from_secs(2);

/// Whether the client is there, and the server stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    /// Fires when nobody reads answers or could be told of a dialog any more.
    pub(crate) gone: CancellationToken,
    /// Fires when the system ends the server: then no read is begun.
    pub(crate) stopping: CancellationToken,
}

/// One call of a tool.
#[derive(Debug)]
pub(crate) struct Call {
    cancelled: CancellationToken,
    client: Client,
    hears: Option<(Peer<RoleServer>, ProgressToken)>,
}

impl Call {
    /// The call of `context`, one of `flights`, by `client`.
    pub(crate) fn new(
        context: &RequestContext<RoleServer>,
        flights: &Flights,
        client: Client,
    ) -> Self {
        let token = context.meta.get_progress_token();
        Self {
            cancelled: flights.cancelled(&context.id),
            client,
            hears: token.map(|token| (context.peer.clone(), token)),
        }
    }

    /// A call of a client that hears nothing.
    #[cfg(test)]
    pub(crate) fn silent(cancelled: CancellationToken, gone: CancellationToken) -> Self {
        let client = Client {
            gone,
            ..Client::default()
        };
        Self {
            cancelled,
            client,
            hears: None,
        }
    }

    /// Whether the client called it off, and is still there.
    pub(crate) fn is_called_off(&self) -> bool {
        self.cancelled.is_cancelled() && !self.client.gone.is_cancelled()
    }

    /// Waits until it is called off, or its client is gone.
    pub(crate) async fn over(&self) {
        tokio::select! {
            () = self.cancelled.cancelled() => {}
            () = self.client.gone.cancelled() => {}
        }
    }

    /// Whether nobody waits for the answer any more.
    ///
    /// # Errors
    ///
    /// [`Failure::Cancelled`] if so.
    pub(crate) fn still_wanted(&self) -> Result<(), Failure> {
        if self.cancelled.is_cancelled() || self.client.gone.is_cancelled() {
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
            () = self.client.gone.cancelled() => Err(Failure::Cancelled),
            () = sleep_until(deadline) => Err(Failure::TooLong),
            outcome = work => Ok(outcome),
        }
    }

    /// The outcome of `work` that needs no person: a client that has closed
    /// its input may read the answer still.
    pub(crate) async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(Failure::Cancelled),
            () = self.client.stopping.cancelled() => Err(Failure::Cancelled),
            outcome = work => Ok(outcome),
        }
    }

    /// The outcome of `work`, as [`unless_over`](Self::unless_over), while the
    /// client hears that it goes on, and for how long at most.
    pub(crate) async fn while_telling<T>(
        &self,
        deadline: Instant,
        words: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        self.unless_over(deadline, async {
            tokio::select! {
                biased;
                outcome = work => outcome,
                never = self.report(deadline, words) => match never {},
            }
        })
        .await
    }

    async fn report(&self, deadline: Instant, words: &str) -> core::convert::Infallible {
        let start = Instant::now();
        let all = deadline.duration_since(start).as_secs_f64();
        let mut ticks = interval(PROGRESS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some((peer, token)) = &self.hears {
                let left = deadline.duration_since(Instant::now());
                let progress =
                    ProgressNotificationParam::new(token.clone(), start.elapsed().as_secs_f64())
                        .with_total(all)
                        .with_message(format!("{words}; at most {} left", written(left)));
                // A client that cannot hear it is found gone by its input's end.
                drop(peer.notify_progress(progress).await);
            }
        }
    }
}

/// A time as people read it.
fn written(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, rest) = (seconds / 60, seconds % 60);
    if minutes == 0 {
        format!("{rest} s")
    } else {
        format!("{minutes} min {rest} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m16_the_time_left_is_in_minutes_and_seconds() {
        assert_eq!(written(Duration::from_secs(59)), "59 s");
        assert_eq!(written(Duration::from_secs(182)), "3 min 2 s");
    }
}
