//! Calls that come to nothing for a reason of their own.

/// The reason why a call came to nothing that is neither policy's nor a person's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// The client called it off, or is gone.
    #[error("the client cancelled it; nothing was changed")]
    Cancelled,
    /// Too many calls wait for their turn.
    #[error("too many changes wait already; nothing was changed")]
    Queued,
    /// The call's time is over.
    #[error("the call took too long; nothing was changed")]
    TooLong,
    /// The server broke. The text says how, for the log and the client.
    #[error("the server broke: {0}; nothing is known to have changed")]
    Broke(String),
}

/// Runs `work`, which reads or writes files, on a thread where it holds nobody else up.
/// It runs to its end, whether or not the future is dropped.
///
/// # Errors
///
/// What `work` returns; [`Stopped::Broke`] where it panics.
pub async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Stopped> + Send + 'static,
{
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(Stopped::Broke(error.to_string()).into()))
}

/// Runs what answers one request on a task of its own, so that a panic is an answer and
/// no silence. It runs to its end, whether or not the future is dropped.
///
/// # Errors
///
/// What `work` returns; [`Stopped::Broke`] where it panics.
pub async fn contained<T, E>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Stopped> + Send + 'static,
{
    let ended = tokio::spawn(work).await;
    ended.unwrap_or_else(|error| Err(Stopped::Broke(error.to_string()).into()))
}
