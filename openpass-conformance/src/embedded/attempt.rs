//! An attempt on a thread of its own, so that a hang ends as a verdict.

use core::fmt;
use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
};

use super::{
    Attempt, Embedded,
    actor::{Actor, shared},
    play::Play,
};
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

    /// Looks at the state, on a thread of its own: a look that hangs or panics is no look.
    pub(super) fn looks(&self, state: &Arc<S>) -> Played<V> {
        let (state, look) = (Arc::clone(state), Arc::clone(&self.look));
        let (tell, told) = mpsc::channel();
        drop(thread::spawn(move || drop(tell.send(look(&state)))));
        match told.recv_timeout(self.patience) {
            Ok(seen) => Ok(seen),
            Err(RecvTimeoutError::Disconnected) => broken("the look at the state panics"),
            Err(RecvTimeoutError::Timeout) => broken(format!(
                "the look at the state has not ended after {:?}",
                self.patience
            )),
        }
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
    pub(super) fn is_refused(
        &self,
        what: &str,
        ended: &Ended,
        state: &Arc<S>,
        wanted: &V,
    ) -> Played {
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

    /// Approves `attempt` once on a fresh state, which it must change: the control of the
    /// cases in which it must not go through.
    pub(super) fn goes_through(&self, part: &str, attempt: &Attempt<S>) -> Played<Arc<Actor>> {
        let ask = shared(self.actor(&[Play::Yes]));
        let (state, before) = self.fresh();
        let ended = self.attempts(&state, attempt, &ask);
        if ended != Ended::Done {
            return broken(format!("the control: {part}, approved once: {ended:?}"));
        }
        if ask.asked().is_empty() {
            return broken(format!("the control: {part} asks nobody"));
        }
        if self.looks(&state)? == before {
            return broken(format!(
                "the control: {part}, approved once, changes nothing that is looked at"
            ));
        }
        Ok(ask)
    }

    /// Checks that the state is `wanted`.
    pub(super) fn is(&self, what: &str, state: &Arc<S>, wanted: &V) -> Played {
        let now = self.looks(state)?;
        if now == *wanted {
            return Ok(());
        }
        broken(format!("{what}: the state is {now:?}, and not {wanted:?}"))
    }
}
