//! Stores that fail.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use openpass_auth::{
    AttemptLimit, AttemptStore, Attempts, AuthError, BackendError, CoolDown, MemoryAttempts,
};

use crate::stage::{Does, Person, ask, remembered};

/// A disk that fills up after so many updates.
#[derive(Debug)]
struct FillsUp {
    store: MemoryAttempts,
    left: AtomicUsize,
}

impl FillsUp {
    fn after(updates: usize) -> Arc<Self> {
        Arc::new(Self {
            store: MemoryAttempts::default(),
            left: AtomicUsize::new(updates),
        })
    }
}

impl AttemptStore for FillsUp {
    fn update(&self, change: &mut dyn FnMut(&mut Attempts)) -> Result<(), BackendError> {
        let left = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        match left {
            Ok(_) => self.store.update(change),
            Err(_) => Err(BackendError::new("the disk is full; make room")),
        }
    }
}

/// A store that claims to have kept what it never looked at.
#[derive(Debug)]
struct Idle;

impl AttemptStore for Idle {
    fn update(&self, _: &mut dyn FnMut(&mut Attempts)) -> Result<(), BackendError> {
        Ok(())
    }
}

#[test]
fn case_11_nobody_is_asked_when_attempts_cannot_be_kept() {
    for store in [FillsUp::after(0) as Arc<dyn AttemptStore>, Arc::new(Idle)] {
        let person = Person::who(Does::AnswersRightly);
        let limit = AttemptLimit::new(Arc::clone(&person) as _, Arc::clone(&store));
        assert!(matches!(ask(&limit), Err(AuthError::Backend(_))));
        let cool_down = CoolDown::new(Arc::clone(&person), store);
        assert!(matches!(ask(&cool_down), Err(AuthError::Backend(_))));
        assert_eq!(person.asked(), 0);
    }
}

#[test]
fn a_right_answer_that_cannot_be_kept_is_refused_and_stays_counted() {
    // It is looked whether one may be made, and then one is counted.
    let store = FillsUp::after(2);
    let person = Person::who(Does::AnswersRightly);
    let limit = AttemptLimit::new(person, Arc::clone(&store) as _);
    let refused = ask(&limit).unwrap_err();
    assert_eq!(refused.to_string(), "the disk is full; make room");
    assert_eq!(remembered(&store.store).failures.count, 1);
}

#[test]
fn an_attempt_that_cannot_be_given_back_stays_counted() {
    let store = FillsUp::after(2);
    let limit = AttemptLimit::new(Person::who(Does::Cancels), Arc::clone(&store) as _);
    assert!(matches!(ask(&limit), Err(AuthError::Cancelled(_))));
    assert_eq!(remembered(&store.store).failures.count, 1);
}
