//! A server on stdin and stdout: it serves until the client or the system says stop.

#[cfg_attr(unix, path = "stdio/told_to_end/unix.rs")]
#[cfg_attr(windows, path = "stdio/told_to_end/windows.rs")]
mod told_to_end;

use std::{io, time::Duration};

use rmcp::{ServerHandler, ServiceExt as _};
use tokio::time::sleep;

pub use self::told_to_end::ToldToEnd;
use crate::{
    Client,
    wire::{Flights, Wire},
};

/// The longest time for which the end waits for a change that is being written.
pub const LAST_WAIT: Duration = Duration::from_secs(5);
/// For how long reads that the client asked for before it left are begun still.
/// Those of a script's pipe take less; a longer queue is nobody's any more.
const LAST_READS: Duration = Duration::from_secs(5);

/// The reason why a server on stdin and stdout could not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StdioError {
    /// The system does not say when to end.
    #[error("signals cannot be received: {0}")]
    Signals(#[source] io::Error),
    /// The system gives no threads to read and write on.
    #[error("stdin and stdout cannot be used: {0}")]
    Pipes(#[source] io::Error),
    /// The client's first message was no greeting.
    #[error("the client does not speak the protocol: {0}")]
    Protocol(String),
    /// The service broke.
    #[error("{0}")]
    Broke(String),
}

/// stdin and stdout, with a client at their other ends.
#[derive(Debug)]
pub struct Stdio {
    wire: Wire,
    client: Client,
    told_to_end: ToldToEnd,
}

impl Stdio {
    /// Takes stdin and stdout, and the signals by which the system ends a server. It
    /// needs a runtime of tokio's, with its time and its I/O.
    ///
    /// # Errors
    ///
    /// [`StdioError::Signals`], [`StdioError::Pipes`].
    pub fn open() -> Result<Self, StdioError> {
        let told_to_end = ToldToEnd::heard().map_err(StdioError::Signals)?;
        let client = Client::default();
        let wire = Wire::stdio(&client.gone, &client.stopping).map_err(StdioError::Pipes)?;
        Ok(Self {
            wire,
            client,
            told_to_end,
        })
    }

    /// The client, for the [`Call`](crate::Call)s of its requests.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The client's requests that are not answered yet.
    #[must_use]
    pub fn flights(&self) -> Flights {
        self.wire.flights()
    }

    /// Serves until the client leaves, the system says stop, or nobody reads any more.
    /// Then every dialog is dismissed, `idle` is waited for, and what was answered is
    /// written. `idle` should end once no change is being written, and on its own after
    /// [`LAST_WAIT`].
    ///
    /// # Errors
    ///
    /// [`StdioError::Protocol`], [`StdioError::Broke`].
    pub async fn serve<S: ServerHandler>(
        self,
        server: S,
        idle: impl Future<Output = ()>,
    ) -> Result<(), StdioError> {
        let Self {
            wire,
            client,
            mut told_to_end,
        } = self;
        let output = wire.output();
        let serving = serving(server, wire, &client);
        let stop = async {
            told_to_end.wait().await;
            client.stopping.cancel();
            // Dismisses every dialog; a change that is being written is finished.
            client.gone.cancel();
            core::future::pending::<()>().await;
        };
        let nobody_reads = async {
            client.gone.cancelled().await;
            output.stalled().await;
        };
        let (ended, reads) = tokio::select! {
            ended = serving => (ended, true),
            () = stop => (Ok(()), true),
            () = nobody_reads => (Ok(()), false),
            () = too_late(&client) => (Ok(()), true),
        };
        client.gone.cancel();
        idle.await;
        if reads {
            output.flushed().await;
        }
        ended
    }
}

async fn serving<S: ServerHandler>(
    server: S,
    wire: Wire,
    client: &Client,
) -> Result<(), StdioError> {
    match server.serve(wire).await {
        Ok(running) => {
            let ended = running.waiting().await.map(drop);
            ended.map_err(|error| StdioError::Broke(error.to_string()))
        }
        // A client that leaves before it has said hello is no error.
        Err(_) if client.gone.is_cancelled() => Ok(()),
        Err(error) => Err(StdioError::Protocol(error.to_string())),
    }
}

/// Waits until the end has waited long enough: first for reads that were asked
/// for, then for those that run, while the rest is told that it is over.
async fn too_late(client: &Client) {
    client.gone.cancelled().await;
    tokio::select! {
        () = sleep(LAST_READS) => client.stopping.cancel(),
        () = client.stopping.cancelled() => {}
    }
    sleep(LAST_WAIT).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn m15_after_the_input_reads_are_begun_for_five_seconds_and_waited_for_five_more() {
        let client = Client::default();
        let mut end = Box::pin(too_late(&client));
        let soon = tokio::time::timeout(Duration::from_secs(3600), end.as_mut()).await;
        assert!(soon.is_err(), "a client that is there is waited for");
        client.gone.cancel();
        let soon = tokio::time::timeout(Duration::from_millis(4900), end.as_mut()).await;
        assert!(soon.is_err() && !client.stopping.is_cancelled());
        let soon = tokio::time::timeout(Duration::from_millis(200), end.as_mut()).await;
        assert!(soon.is_err() && client.stopping.is_cancelled());
        tokio::time::timeout(Duration::from_secs(5), end.as_mut())
            .await
            .unwrap();
    }
}
