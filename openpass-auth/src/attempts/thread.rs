//! Work that blocks, away from `poll`.

use futures_channel::oneshot;

use crate::BackendError;

/// Runs `work` on a thread of its own.
///
/// When the future is dropped, `work` runs to its end, and what it returns is
/// dropped on that thread.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BackendError> {
    let (sender, result) = oneshot::channel();
    std::thread::Builder::new()
        .name("openpass-waits".to_owned())
        // Nobody listens any more after a drop, which is as it should be.
        .spawn(move || drop(sender.send(work())))
        .map_err(|error| BackendError::caused_by("no thread could be started to wait on", error))?;
    result
        .await
        .map_err(|oneshot::Canceled| BackendError::new("a thread that waited broke"))
}
