//! The person for tests does what is written down, and says what was asked.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod contract;

use std::{sync::Arc, time::Duration};

use futures_lite::future::{self, block_on};
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Contained, Detail, Evidence, Factor,
    FactorSet, FirstAvailable, SafeText, Script, ShownChange, Unavailable,
};

fn challenge() -> Challenge {
    accepting(FactorSet::from_iter(Factor::ALL))
}

fn accepting(accepts: FactorSet) -> Challenge {
    let what = SafeText::literal("set the colour to green");
    Challenge::new(what, accepts, Duration::from_secs(60))
}

fn ask(person: &Script) -> Result<Evidence, AuthError> {
    block_on(person.authenticate(&challenge()))
}

fn reason(outcome: Result<Evidence, AuthError>) -> Option<Unavailable> {
    match outcome {
        Err(AuthError::Unavailable(reason)) => Some(reason),
        _ => None,
    }
}

#[test]
fn what_is_written_down_is_done_in_order() {
    let person = Script::new()
        .yes(Factor::Biometry)
        .wrong(Factor::Passphrase)
        .cancels()
        .unavailable(Unavailable::NoTerminal)
        .fails(AuthError::LockedOut { retry_after: None });
    assert_eq!(person.left(), 5);
    assert_eq!(ask(&person).unwrap().factor(), Factor::Biometry);
    let wrong = ask(&person);
    let factor = Factor::Passphrase;
    assert!(matches!(wrong, Err(AuthError::Rejected { factor: by }) if by == factor));
    let cancelled = ask(&person);
    assert!(matches!(
        cancelled,
        Err(AuthError::Cancelled(CancelledBy::Person))
    ));
    assert_eq!(person.available(), Err(Unavailable::NoTerminal));
    assert_eq!(reason(ask(&person)), Some(Unavailable::NoTerminal));
    assert!(matches!(ask(&person), Err(AuthError::LockedOut { .. })));
    // Where nobody could be asked, nobody was.
    assert_eq!(person.asked().len(), 4);
    assert_eq!((person.left(), person.dismissed()), (0, 0));
}

#[test]
fn a_script_that_is_used_up_is_a_refusal_and_asks_nobody() {
    let person = Script::no();
    assert!(matches!(ask(&person), Err(AuthError::Cancelled(_))));
    assert_eq!(person.available(), Ok(()));
    assert_eq!(reason(ask(&person)), Some(Unavailable::NotSupported));
    assert_eq!(person.asked(), ["set the colour to green"]);
}

#[test]
fn any_factor_is_proved_and_none_that_is_not_accepted() {
    for factor in Factor::ALL {
        let person = Script::new().yes(factor);
        assert_eq!(person.factors(), FactorSet::only(factor));
        let others = FactorSet::from_iter(Factor::ALL).without(factor);
        let refused = block_on(person.authenticate(&accepting(others)));
        assert_eq!(reason(refused), Some(Unavailable::FactorNotAccepted));
        // It is there still, for a question that it can answer.
        assert_eq!(ask(&person).unwrap().factor(), factor);
        assert_eq!(person.asked().len(), 1);
    }
}

#[test]
fn an_answer_by_another_factor_waits_for_its_question() {
    let person = Script::new()
        .yes(Factor::Biometry)
        .yes(Factor::Passphrase)
        .with_reference("age1this");
    assert_eq!(ask(&person).unwrap().reference(), Some("age1this"));
    let finger = accepting(FactorSet::only(Factor::Biometry));
    let refused = block_on(person.authenticate(&finger));
    assert_eq!(reason(refused), Some(Unavailable::FactorNotAccepted));
    assert_eq!(person.left(), 1);
}

#[test]
fn without_a_factor_every_factor_is_declared() {
    let all = FactorSet::from_iter(Factor::ALL);
    assert_eq!(Script::new().silent().factors(), all);
    let person = Script::no().declaring(Factor::Biometry);
    assert_eq!(person.factors(), FactorSet::only(Factor::Biometry));
    let none = Script::answering(Factor::Passphrase, []);
    assert_eq!(none.factors(), FactorSet::only(Factor::Passphrase));
}

#[test]
fn silence_lasts_until_it_is_dropped_which_is_noticed() {
    let person = Script::new().silent();
    let challenge = challenge();
    let mut asking = person.authenticate(&challenge);
    assert!(block_on(future::poll_once(&mut asking)).is_none());
    assert_eq!((person.on_show(), person.dismissed()), (1, 0));
    drop(asking);
    assert_eq!((person.on_show(), person.dismissed()), (0, 1));
    block_on(person.until_dismissed(1));
}

#[test]
fn a_held_answer_comes_when_it_is_released_and_one_at_a_time() {
    let person = Script::new().yes(Factor::Biometry).held().cancels().held();
    let (one, two) = (challenge(), challenge());
    let mut first = person.authenticate(&one);
    let mut second = person.authenticate(&two);
    assert!(block_on(future::poll_once(&mut first)).is_none());
    assert!(block_on(future::poll_once(&mut second)).is_none());
    assert_eq!(person.on_show(), 2);
    person.release();
    assert!(block_on(first).unwrap().answers(&one));
    assert!(block_on(future::poll_once(&mut second)).is_none());
    person.release();
    assert!(matches!(block_on(second), Err(AuthError::Cancelled(_))));
    assert_eq!((person.on_show(), person.dismissed()), (0, 0));
}

#[test]
fn a_test_on_another_thread_sees_that_it_is_asked_and_answers() {
    let person = Script::new().yes(Factor::Passphrase).held();
    let asked = person.clone();
    let asking = std::thread::spawn(move || ask(&asked));
    block_on(person.until_asked(1));
    assert_eq!(person.on_show(), 1);
    person.release();
    assert!(asking.join().unwrap().is_ok());
}

#[test]
fn case_33_a_yes_past_the_deadline_is_made_by_hand_and_refused_by_contained() {
    let person = Script::new().yes(Factor::Passphrase).held();
    let what = SafeText::literal("set the colour to green");
    let accepts = FactorSet::only(Factor::Passphrase);
    let challenge = Challenge::new(what, accepts, Duration::from_millis(50));
    let held = Contained::new(Arc::new(person.clone()));
    let outcome = block_on(held.authenticate(&challenge));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    // The deadline took the prompt away; the answer finds nobody.
    assert_eq!((person.asked().len(), person.dismissed()), (1, 1));
    person.release();
    assert_eq!(person.on_show(), 0);
}

#[test]
fn what_was_asked_is_told_whole() {
    let person = Script::new().yes(Factor::Passphrase);
    let text = SafeText::literal;
    let change = ShownChange::new(text("colour"), text("red"), text("green"), true);
    let fact = Detail::Fact {
        label: text("vault"),
        value: text("mine"),
    };
    let challenge = challenge()
        .with_principal(&text("agent hermes"))
        .with_details(vec![fact, Detail::Change(change.clone())])
        .with_attempt(2, 3);
    assert!(block_on(person.authenticate(&challenge)).is_ok());
    let asked = person.asked();
    assert_eq!(asked, ["agent hermes asks to set the colour to green"]);
    let asked = asked.first().unwrap();
    assert_eq!(asked.summary(), "let agent hermes set the colour to green");
    assert_eq!(asked.changes().collect::<Vec<_>>(), [&change]);
    assert_eq!(asked.details().len(), 2);
    assert_eq!(asked.accepts(), FactorSet::from_iter(Factor::ALL));
    assert_eq!((asked.attempt().number, asked.attempt().of), (2, 3));
}

#[test]
fn in_a_chain_nobody_there_leads_to_the_next_and_a_no_does_not() {
    let chain = |first: Script| {
        let next = Script::new().yes(Factor::Passphrase);
        let chain = FirstAvailable::new(vec![Arc::new(first), Arc::new(next.clone())]);
        drop(block_on(chain.authenticate(&challenge())));
        next.asked().len()
    };
    assert_eq!(chain(Script::new().unavailable(Unavailable::NoBiometry)), 1);
    assert_eq!(chain(Script::no()), 0);
    assert_eq!(chain(Script::new().wrong(Factor::Biometry)), 0);
}
