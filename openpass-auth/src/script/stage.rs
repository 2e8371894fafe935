//! The state that the clones of a script share.

use core::task::Waker;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Factor, FactorSet};

use super::{Asked, Step};

#[derive(Debug, Default)]
pub(super) struct Stage(Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) steps: VecDeque<Step>,
    pub(super) declares: FactorSet,
    pub(super) reference: Option<String>,
    pub(super) asked: Vec<Asked>,
    pub(super) on_show: usize,
    pub(super) dismissed: usize,
    /// The number of held answers that may go.
    pub(super) released: usize,
    waiting: Vec<Waker>,
}

impl State {
    pub(super) fn declare(&mut self, factor: Factor) {
        self.declares = self.declares.union(FactorSet::only(factor));
    }

    pub(super) fn wake_on_change(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|known| known.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }
}

impl Stage {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes the threads that wait for a change.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let (changed, waiting) = {
            let mut state = self.state();
            (change(&mut state), core::mem::take(&mut state.waiting))
        };
        // Outside the lock: a waker may poll at once.
        waiting.into_iter().for_each(Waker::wake);
        changed
    }
}
