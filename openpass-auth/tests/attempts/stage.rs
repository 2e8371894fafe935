//! What the tests have in common: a clock to turn, a person to play.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_lite::future;
use openpass_auth::{
    AttemptStore, Attempts, AuthError, Authenticator, CancelledBy, Challenge, Clock, Evidence,
    Factor, FactorSet, MemoryAttempts, Moment, SafeText, SinceBoot, Unavailable,
};

pub(crate) const NOON: Duration = Duration::from_secs(1_795_435_200);
pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A clock that the test turns.
#[derive(Debug)]
pub(crate) struct TestClock(Mutex<Moment>);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        let boot = SinceBoot {
            id: 1,
            elapsed: secs(100),
        };
        Arc::new(Self(Mutex::new(Moment {
            wall: NOON,
            boot: Some(boot),
        })))
    }

    /// One that cannot tell when the machine was started.
    pub(crate) fn wall_only() -> Arc<Self> {
        let clock = Self::new();
        clock.0.lock().unwrap().boot = None;
        clock
    }

    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        now.wall += time;
        if let Some(boot) = &mut now.boot {
            boot.elapsed += time;
        }
    }

    pub(crate) fn set_wall(&self, wall: Duration) {
        self.0.lock().unwrap().wall = wall;
    }

    pub(crate) fn restart_the_machine(&self) {
        if let Some(boot) = &mut self.0.lock().unwrap().boot {
            boot.id += 1;
            boot.elapsed = secs(5);
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}

/// What the person does when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    AnswersRightly,
    AnswersWrongly,
    Cancels,
    LetsItTimeOut,
    StaysSilent,
    AnswersAnother,
    IsNotThere,
    IsKnownToBeAway,
    Breaks,
}

/// An authenticator in front of a person who is played by the test.
#[derive(Debug)]
pub(crate) struct Person {
    does: Mutex<Does>,
    pub(crate) asked: AtomicUsize,
}

impl Person {
    pub(crate) fn who(does: Does) -> Arc<Self> {
        Arc::new(Self {
            does: Mutex::new(does),
            asked: AtomicUsize::new(0),
        })
    }

    pub(crate) fn now(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Authenticator for Person {
    fn name(&self) -> &'static str {
        "person"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        match *self.does.lock().unwrap() {
            Does::IsKnownToBeAway => Err(Unavailable::NoTerminal),
            _ => Ok(()),
        }
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let does = *self.does.lock().unwrap();
        match does {
            Does::AnswersRightly => Ok(Evidence::assertion(challenge, Factor::Passphrase)),
            Does::AnswersAnother => Ok(Evidence::assertion(&a_challenge(), Factor::Passphrase)),
            Does::AnswersWrongly => Err(AuthError::Rejected {
                factor: Factor::Passphrase,
            }),
            Does::Cancels => Err(AuthError::Cancelled(CancelledBy::Person)),
            Does::LetsItTimeOut => Err(AuthError::TimedOut),
            Does::IsNotThere | Does::IsKnownToBeAway => Err(Unavailable::NoTerminal.into()),
            Does::Breaks => Err(openpass_auth::BackendError::new("broken").into()),
            Does::StaysSilent => future::pending().await,
        }
    }
}

pub(crate) fn a_challenge() -> Challenge {
    let what = SafeText::literal("run a test");
    Challenge::new(what, FactorSet::only(Factor::Passphrase), secs(60))
}

pub(crate) fn ask(authenticator: &dyn Authenticator) -> Result<Evidence, AuthError> {
    future::block_on(authenticator.authenticate(&a_challenge()))
}

/// Asks, and is killed while the prompt is open: nothing is ever dropped.
pub(crate) fn ask_and_be_killed(authenticator: &dyn Authenticator, person: &Person) {
    let challenge = a_challenge();
    let asked = person.asked();
    let mut asking = authenticator.authenticate(&challenge);
    while person.asked() == asked {
        assert!(future::block_on(future::poll_once(&mut asking)).is_none());
        std::thread::yield_now();
    }
    std::mem::forget(asking);
}

/// Asks, and drops the future while the prompt is open.
pub(crate) fn ask_and_drop(authenticator: &dyn Authenticator, person: &Person) {
    let challenge = a_challenge();
    let asked = person.asked();
    let mut asking = authenticator.authenticate(&challenge);
    while person.asked() == asked {
        assert!(future::block_on(future::poll_once(&mut asking)).is_none());
        std::thread::yield_now();
    }
}

pub(crate) fn remembered(store: &dyn AttemptStore) -> Attempts {
    let mut found = Attempts::default();
    store
        .update(&mut |attempts| found = attempts.clone())
        .unwrap();
    found
}

/// So many wrong answers in a row, the last one just now.
pub(crate) fn failed(count: u32, clock: &TestClock) -> Arc<MemoryAttempts> {
    let mut attempts = Attempts::default();
    attempts.failures.count = count;
    attempts.failures.last = Some(clock.now());
    Arc::new(MemoryAttempts::new(attempts))
}
