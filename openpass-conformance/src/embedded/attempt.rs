//! An attempt on a thread of its own, so that a hang ends as a verdict.

use core::fmt;
use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
};

use super::{Attempt, Embedded, actor::Actor, play::Play};
use crate::report::{Played, broken};

/// The end of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Done,
    Refused,
    Panicked,
    Hangs,
}

/// An attempt under way. Its thread stays behind if it hangs.
pub(super) struct Underway(Receiver<Ended>);

impl<S: Send + Sync + 'static, V: PartialEq + Clone + fmt::Debug + Send + Sync + 'static>
    Embedded<S, V>
{
    pub(super) fn actor(&self, plays: &[Play]) -> Actor {
        Actor::new(self.factor, self.patience, plays)
    }

    pub(super) fn fresh(&self) -> (Arc<S>, V) {
        let state = Arc::new((self.fresh)());
        let before = (self.look)(&state);
        (state, before)
    }

    pub(super) fn starts(
        &self,
        state: &Arc<S>,
        attempt: &Attempt<S>,
        ask: &Arc<Actor>,
    ) -> Underway {
        let (state, attempt, ask) = (Arc::clone(state), Arc::clone(attempt), Arc::clone(ask));
        let (tell, told) = mpsc::channel();
        drop(thread::spawn(move || {
            let ended = match attempt(&state, ask) {
                Ok(()) => Ended::Done,
                Err(_) => Ended::Refused,
            };
            // The case may have ended without it.
            drop(tell.send(ended));
        }));
        Underway(told)
    }

    /// Waits for the end of an attempt.
    pub(super) fn ended(&self, underway: &Underway) -> Ended {
        match underway.0.recv_timeout(self.patience) {
            Ok(ended) => ended,
            Err(RecvTimeoutError::Disconnected) => Ended::Panicked,
            Err(RecvTimeoutError::Timeout) => Ended::Hangs,
        }
    }

    pub(super) fn attempts(&self, state: &Arc<S>, attempt: &Attempt<S>, ask: &Arc<Actor>) -> Ended {
        self.ended(&self.starts(state, attempt, ask))
    }

    /// Checks that an attempt ended in a refusal, and that the state is `wanted`.
    pub(super) fn is_refused(&self, what: &str, ended: &Ended, state: &S, wanted: &V) -> Played {
        self.is(what, state, wanted)?;
        match ended {
            Ended::Refused => Ok(()),
            Ended::Done => broken(format!("{what}: it says that it is done")),
            Ended::Panicked => broken(format!("{what}: it panics")),
            Ended::Hangs => broken(format!(
                "{what}: it has not ended after {:?}",
                self.patience
            )),
        }
    }

    /// Checks that the state is `wanted`.
    pub(super) fn is(&self, what: &str, state: &S, wanted: &V) -> Played {
        let now = (self.look)(state);
        if now == *wanted {
            return Ok(());
        }
        broken(format!("{what}: the state is {now:?}, and not {wanted:?}"))
    }
}
