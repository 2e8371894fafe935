//! The parts of the daemon that every request shares.

use std::sync::Arc;

use openpass_policy::{Grant, Guard, Operation};
use tokio::sync::watch;

use crate::{people::People, problem::Problem, say, store::Store};

/// The daemon.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "`main` puts it together")]
pub struct App {
    /// The people who may ask.
    pub people: Arc<People>,
    /// The one guard.
    pub guard: Arc<Guard>,
    /// The store that the guard stands before.
    pub store: Arc<Store>,
    /// Whether the daemon is about to end.
    pub stopping: watch::Receiver<bool>,
}

impl App {
    /// Has the person asked, until they answer, the client goes or the daemon ends.
    /// In each case the question is taken off the phone, and the log says so.
    ///
    /// # Errors
    ///
    /// The reason why there is no grant.
    pub async fn authorize(&self, operation: Operation) -> Result<Grant, Problem> {
        let asks = format!("{}: {}", operation.digest().code(), operation.summary());
        let mut stopping = self.stopping.clone();
        let asking = self.guard.authorize(operation);
        tokio::pin!(asking);
        // The first look makes the challenge, and its time begins.
        let early = tokio::select! {
            biased;
            early = &mut asking => Some(early),
            () = core::future::ready(()) => None,
        };
        let answered = match early {
            Some(answered) => answered,
            None => {
                say(format_args!("waits for an answer: {asks}"));
                tokio::select! {
                    answered = asking => answered,
                    _ = stopping.wait_for(|stopping| *stopping) => return Err(Problem::stopping()),
                }
            }
        };
        answered.map_err(|refusal| Problem::of_refusal(&refusal))
    }
}
