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

use crate::Stopped;

/// The time between two messages to the client that its call goes on.
const PROGRESS: Duration = Duration::from_secs(2);

/// Whether the client is there, and the server stays.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Client {
    /// Fires when nobody reads answers or could be told of a dialog any more.
    pub gone: CancellationToken,
    /// Fires when the system ends the server: then no read is begun.
    pub stopping: CancellationToken,
}

impl Client {
    /// A client that is there, of a server that stays.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// One request of a client, which it may call off.
#[derive(Debug, Clone)]
pub struct Call {
    cancelled: CancellationToken,
    client: Client,
    hears: Option<(Peer<RoleServer>, ProgressToken)>,
}

impl Call {
    /// The request of `context`, by `client`. `cancelled` fires when the client calls it
    /// off: the SDK's own `context.ct`, or what the wire knows of the request
    /// ([`Flights::cancelled`](crate::wire::Flights::cancelled)).
    #[must_use]
    pub fn new(
        context: &RequestContext<RoleServer>,
        cancelled: CancellationToken,
        client: Client,
    ) -> Self {
        let token = context.meta.get_progress_token();
        Self {
            cancelled,
            client,
            hears: token.map(|token| (context.peer.clone(), token)),
        }
    }

    /// A request of a client that hears nothing while it waits.
    #[must_use]
    pub const fn silent(cancelled: CancellationToken, client: Client) -> Self {
        Self {
            cancelled,
            client,
            hears: None,
        }
    }

    /// Whether the client called it off, and is still there.
    #[must_use]
    pub fn is_called_off(&self) -> bool {
        self.cancelled.is_cancelled() && !self.client.gone.is_cancelled()
    }

    /// Waits until it is called off, or its client is gone.
    pub async fn over(&self) {
        tokio::select! {
            () = self.cancelled.cancelled() => {}
            () = self.client.gone.cancelled() => {}
        }
    }

    /// Whether nobody waits for the answer any more.
    ///
    /// # Errors
    ///
    /// [`Stopped::Cancelled`] if so.
    pub fn still_wanted(&self) -> Result<(), Stopped> {
        if self.cancelled.is_cancelled() || self.client.gone.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        Ok(())
    }

    /// The outcome of `work`, unless the call is over before: then `work` is
    /// dropped, which dismisses a dialog.
    ///
    /// # Errors
    ///
    /// [`Stopped::Cancelled`]: the client called it off, or is gone.
    /// [`Stopped::TooLong`]: the deadline is over.
    pub async fn unless_over<T>(
        &self,
        deadline: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, Stopped> {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(Stopped::Cancelled),
            () = self.client.gone.cancelled() => Err(Stopped::Cancelled),
            () = sleep_until(deadline) => Err(Stopped::TooLong),
            outcome = work => Ok(outcome),
        }
    }

    /// The outcome of `work` that needs no person: a client that has closed
    /// its input may read the answer still.
    ///
    /// # Errors
    ///
    /// [`Stopped::Cancelled`]: the client called it off, or the server ends.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Stopped> {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Err(Stopped::Cancelled),
            () = self.client.stopping.cancelled() => Err(Stopped::Cancelled),
            outcome = work => Ok(outcome),
        }
    }

    /// The outcome of `work`, as [`unless_over`](Self::unless_over), while the
    /// client hears every two seconds that it goes on, and for how long at most.
    ///
    /// # Errors
    ///
    /// As [`unless_over`](Self::unless_over).
    pub async fn while_telling<T>(
        &self,
        deadline: Instant,
        words: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, Stopped> {
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
