//! The authenticator that is put before an embedder's function.

use core::fmt;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, PromptPlace, Unavailable,
};

use super::{
    play::{NOBODY, Play},
    question::text_of,
};

type WhenAsked = Box<dyn Fn() + Send + Sync>;

/// Answers what is asked by what was written down for it. When that is used up, nobody
/// can be asked.
pub(crate) struct Actor {
    factor: Factor,
    /// The longest time that it waits for a deadline.
    patience: Duration,
    plays: Mutex<VecDeque<Play>>,
    asked: Mutex<Vec<String>>,
    kept: Mutex<Option<Evidence>>,
    when_asked: Option<WhenAsked>,
    too_long: AtomicBool,
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Actor {
    pub(crate) fn new(factor: Factor, patience: Duration, plays: &[Play]) -> Self {
        Self {
            factor,
            patience,
            plays: Mutex::new(plays.iter().copied().collect()),
            asked: Mutex::default(),
            kept: Mutex::default(),
            when_asked: None,
            too_long: AtomicBool::new(false),
        }
    }

    /// Has this done while the question is up.
    pub(crate) fn when_asked(mut self, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.when_asked = Some(Box::new(act));
        self
    }

    /// Writes down what it does next.
    pub(crate) fn then(&self, play: Play) {
        open(&self.plays).push_back(play);
    }

    /// The questions so far, each as one text.
    pub(crate) fn asked(&self) -> Vec<String> {
        open(&self.asked).clone()
    }

    /// Whether a deadline was too far away to wait for.
    pub(crate) fn deadline_was_too_far(&self) -> bool {
        self.too_long.load(SeqCst)
    }

    fn evidence(&self, play: Play, challenge: &Challenge) -> Option<Evidence> {
        match play {
            Play::ForOther => {
                let summary = challenge.summary().clone();
                let other = Challenge::new(summary, challenge.accepts(), challenge.time_left());
                Some(Evidence::assertion(&other, self.factor))
            }
            Play::ByOther => {
                let accepts = challenge.accepts();
                let mut others = Factor::ALL.into_iter().filter(|it| *it != self.factor);
                // Where every factor counts, it claims one that it does not declare.
                let unasked = others.clone().find(|it| !accepts.contains(*it));
                let other = unasked.or_else(|| others.next())?;
                Some(Evidence::assertion(challenge, other))
            }
            Play::Keeps => {
                *open(&self.kept) = Some(Evidence::assertion(challenge, self.factor));
                Some(Evidence::assertion(challenge, self.factor))
            }
            Play::Kept => open(&self.kept).take(),
            _ => Some(Evidence::assertion(challenge, self.factor)),
        }
    }

    /// Lets the deadline pass. It blocks, as an authenticator may that lies in wait.
    fn outlasts(&self, challenge: &Challenge) -> Result<(), AuthError> {
        // The attempt has to end before the patience does.
        if challenge.time_left() > self.patience.saturating_sub(self.patience / 8) {
            self.too_long.store(true, SeqCst);
            return Err(AuthError::TimedOut);
        }
        while !challenge.time_left().is_zero() {
            thread::sleep(challenge.time_left());
        }
        Ok(())
    }
}

#[async_trait]
impl Authenticator for Actor {
    fn name(&self) -> &'static str {
        "conformance"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(self.factor)
    }

    /// None: two questions can be up at once, so that a race is one.
    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        Vec::new()
    }

    fn available(&self) -> Result<(), Unavailable> {
        if open(&self.plays).is_empty() {
            return Err(NOBODY);
        }
        Ok(())
    }

    #[expect(clippy::panic, reason = "a panic is one of the plays")]
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let Some(play) = open(&self.plays).pop_front() else {
            return Err(NOBODY.into());
        };
        open(&self.asked).push(text_of(challenge));
        if let Some(act) = &self.when_asked {
            act();
        }
        if let Some(error) = play.error(self.factor) {
            return Err(error);
        }
        match play {
            Play::Panics => panic!("the authenticator panics, for a test"),
            Play::LateYes => self.outlasts(challenge)?,
            _ => {}
        }
        self.evidence(play, challenge).ok_or_else(|| NOBODY.into())
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = open(&self.plays);
        f.debug_struct("Actor")
            .field("left", &*left)
            .finish_non_exhaustive()
    }
}

/// Shared, so that the case sees what was asked.
pub(crate) fn shared(actor: Actor) -> Arc<Actor> {
    Arc::new(actor)
}
