//! What comes after a wrong answer, by what it was given with.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, FirstAvailable, Script,
    Unavailable,
};
use openpass_policy::{
    Action, AuthFactor, Grant, Guard, GuardSettings, MemorySink, PolicyEngine, Refusal, Request,
};

const BY_FINGER: Factor = Factor::Biometry;
const BY_PASSPHRASE: Factor = Factor::Passphrase;

fn wrong(factor: Factor) -> Result<(), AuthError> {
    Err(AuthError::Rejected { factor })
}

fn wrong_fingers() -> Arc<Script> {
    let script = (0..9).map(|_| wrong(BY_FINGER));
    Arc::new(Script::answering(BY_FINGER, script))
}

/// Has `chain` answer a person's request, three times at the most.
fn raise(chain: Vec<Arc<dyn Authenticator>>) -> Result<Grant, Refusal> {
    raise_for(common::by_person(GuardSettings::default()), chain)
}

fn raise_for(request: Request, chain: Vec<Arc<dyn Authenticator>>) -> Result<Grant, Refusal> {
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let chain = Arc::new(FirstAvailable::new(chain));
    let guard = Guard::new(engine, chain, Arc::new(MemorySink::new()));
    let guard = guard.with_tries(3.try_into().unwrap());
    let target = common::agent("codex", false);
    block_on(guard.authorize(common::operation(Action::WidenAgent, request, &target)))
}

/// The factor of the wrong answer that it ended with.
fn rejected(outcome: Result<Grant, Refusal>) -> Factor {
    match outcome {
        Err(Refusal::NotAuthenticated(AuthError::Rejected { factor })) => factor,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_finger_is_one_dialog_and_then_the_passphrase() {
    let finger = wrong_fingers();
    let script = vec![wrong(BY_PASSPHRASE), Ok(())];
    let passphrase = Arc::new(Script::answering(BY_PASSPHRASE, script));
    let grant = raise(vec![finger.clone(), passphrase.clone()]).unwrap();
    assert_eq!(grant.factor(), AuthFactor::Passphrase);
    assert_eq!(finger.asked().len(), 1);
    assert_eq!(passphrase.asked().len(), 2);
}

#[test]
fn a_wrong_finger_is_one_of_the_tries() {
    let finger = wrong_fingers();
    let script = (0..9).map(|_| wrong(BY_PASSPHRASE));
    let passphrase = Arc::new(Script::answering(BY_PASSPHRASE, script));
    let chain: Vec<Arc<dyn Authenticator>> = vec![finger.clone(), passphrase.clone()];
    assert_eq!(rejected(raise(chain)), BY_PASSPHRASE);
    assert_eq!(finger.asked().len(), 1);
    assert_eq!(passphrase.asked().len(), 2);
}

#[test]
fn where_only_a_finger_can_be_asked_for_one_dialog_is_all() {
    let finger = wrong_fingers();
    assert_eq!(rejected(raise(vec![finger.clone()])), BY_FINGER);
    assert_eq!(finger.asked().len(), 1);
    // An agent's request is no other.
    let boss = common::by_agent(common::agent("boss", true), GuardSettings::default());
    assert_eq!(rejected(raise_for(boss, vec![finger.clone()])), BY_FINGER);
    assert_eq!(finger.asked().len(), 2);
}

#[test]
fn a_wrong_finger_where_no_passphrase_can_be_typed_stays_a_wrong_answer() {
    let nobody = vec![Err(Unavailable::NoTerminal.into())];
    let passphrase = Arc::new(Script::answering(BY_PASSPHRASE, nobody));
    let finger = wrong_fingers();
    let chain: Vec<Arc<dyn Authenticator>> = vec![finger.clone(), passphrase];
    assert_eq!(rejected(raise(chain)), BY_FINGER);
    assert_eq!(finger.asked().len(), 1);
}

#[test]
fn who_cannot_be_asked_at_the_first_try_is_told_why() {
    let nobody = vec![Err(Unavailable::NoTerminal.into())];
    let passphrase = Arc::new(Script::answering(BY_PASSPHRASE, nobody));
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let guard = Guard::new(engine, passphrase.clone(), Arc::new(MemorySink::new()));
    let guard = guard.with_tries(3.try_into().unwrap());
    let request = common::by_person(GuardSettings::default());
    let target = common::agent("codex", false);
    let raise = common::operation(Action::WidenAgent, request, &target);
    let refused = block_on(guard.authorize(raise)).unwrap_err();
    assert!(
        matches!(
            refused,
            Refusal::NotAuthenticated(AuthError::Unavailable(Unavailable::NoTerminal))
        ),
        "{refused:?}"
    );
    assert_eq!(passphrase.asked().len(), 1);
}

/// Asks for a finger, and says that what was wrong is a passphrase.
#[derive(Debug)]
struct Liar(Mutex<usize>);

#[async_trait]
impl Authenticator for Liar {
    fn name(&self) -> &'static str {
        "liar"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(BY_FINGER)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, _: &Challenge) -> Result<Evidence, AuthError> {
        *self.0.lock().unwrap() += 1;
        Err(AuthError::Rejected {
            factor: BY_PASSPHRASE,
        })
    }
}

#[test]
fn case_33_a_wrong_answer_of_a_factor_that_was_not_asked_for_ends_it() {
    let liar = Arc::new(Liar(Mutex::new(0)));
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    for asks in [
        liar.clone() as Arc<dyn Authenticator>,
        Arc::new(FirstAvailable::new(vec![liar.clone()])),
    ] {
        *liar.0.lock().unwrap() = 0;
        let guard = Guard::new(Arc::clone(&engine), asks, Arc::new(MemorySink::new()));
        let guard = guard.with_tries(3.try_into().unwrap());
        let request = common::by_person(GuardSettings::default());
        let target = common::agent("codex", false);
        let operation = common::operation(Action::WidenAgent, request, &target);
        let outcome = block_on(guard.authorize(operation));
        assert!(
            matches!(
                outcome,
                Err(Refusal::NotAuthenticated(AuthError::Backend(_)))
            ),
            "{outcome:?}"
        );
        assert_eq!(*liar.0.lock().unwrap(), 1);
    }
}
