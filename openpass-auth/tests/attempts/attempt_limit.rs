//! Wrong answers, and what else comes of a prompt.

use std::{sync::Arc, time::Duration};

use futures_lite::future;
use openpass_auth::{
    AttemptLimit, AttemptStore, AuthError, Authenticator as _, Challenge, Delays, Factor,
    FactorSet, FirstAvailable, MemoryAttempts, SafeText, Script, Unavailable,
};

use crate::stage::{
    Does, Person, TestClock, a_challenge, ask, ask_and_be_killed, ask_and_drop, failed, remembered,
    secs,
};

fn limit(
    person: &Arc<Person>,
    store: &Arc<MemoryAttempts>,
    clock: &Arc<TestClock>,
) -> AttemptLimit {
    AttemptLimit::new(
        Arc::clone(person) as _,
        Arc::clone(store) as Arc<dyn AttemptStore>,
    )
    .with_clock(Arc::clone(clock) as _)
}

fn wait(limit: &AttemptLimit) -> Duration {
    match ask(limit) {
        Err(AuthError::LockedOut {
            retry_after: Some(wait),
        }) => wait,
        other => panic!("not locked out: {other:?}"),
    }
}

#[test]
fn case_11_each_wrong_answer_doubles_the_delay_up_to_an_hour_and_at_last_a_day() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersWrongly);
    let limit = limit(&person, &Arc::new(MemoryAttempts::default()), &clock);
    for failure in 1..=102_u32 {
        assert!(
            matches!(ask(&limit), Err(AuthError::Rejected { .. })),
            "{failure}"
        );
        let expected = match failure {
            ..3 => continue,
            3..10 => 30 << (failure - 3),
            10..100 => 3600,
            _ => 24 * 3600,
        };
        assert_eq!(wait(&limit), secs(expected), "after {failure}");
        clock.pass(secs(expected - 1));
        assert_eq!(wait(&limit), secs(1));
        clock.pass(secs(1));
    }
    assert_eq!(person.asked(), 102);
}

#[test]
fn case_11_the_delay_survives_a_restart_of_the_process_and_of_the_machine() {
    let clock = TestClock::new();
    let store = failed(5, &clock);
    let person = Person::who(Does::AnswersRightly);
    clock.pass(secs(20));
    assert_eq!(wait(&limit(&person, &store, &clock)), secs(100));
    clock.restart_the_machine();
    clock.pass(secs(30));
    assert_eq!(wait(&limit(&person, &store, &clock)), secs(70));
    clock.pass(secs(70));
    assert!(ask(&limit(&person, &store, &clock)).is_ok());
}

#[test]
fn case_11_nobody_is_locked_out_for_good() {
    let clock = TestClock::new();
    let store = failed(u32::MAX, &clock);
    let person = Person::who(Does::AnswersRightly);
    let limit = limit(&person, &store, &clock);
    assert_eq!(wait(&limit), Delays::DAY);
    clock.pass(Delays::DAY);
    assert!(ask(&limit).is_ok());
    assert_eq!(remembered(store.as_ref()).failures.count, 0);
}

#[test]
fn a_right_answer_makes_the_wrong_ones_forgotten() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersWrongly);
    let limit = limit(&person, &Arc::new(MemoryAttempts::default()), &clock);
    for _ in 0..3 {
        for _ in 0..2 {
            assert!(matches!(ask(&limit), Err(AuthError::Rejected { .. })));
        }
        person.now(Does::AnswersRightly);
        assert!(ask(&limit).is_ok());
        person.now(Does::AnswersWrongly);
    }
}

#[test]
fn only_wrong_answers_count() {
    let clock = TestClock::new();
    let store = failed(7, &clock);
    clock.pass(Delays::DAY);
    let before = remembered(store.as_ref());
    let person = Person::who(Does::Cancels);
    let limit = limit(&person, &store, &clock);
    for does in [
        Does::Cancels,
        Does::LetsItTimeOut,
        Does::IsNotThere,
        Does::Breaks,
        Does::AnswersAnother,
    ] {
        person.now(does);
        drop(ask(&limit));
        assert_eq!(remembered(store.as_ref()), before, "{does:?}");
    }
    person.now(Does::StaysSilent);
    ask_and_drop(&limit, &person);
    assert_eq!(remembered(store.as_ref()), before);
    assert_eq!(person.asked(), 6);
}

#[test]
fn case_11_whoever_is_killed_in_the_middle_has_used_up_a_try() {
    let clock = TestClock::new();
    let store = Arc::new(MemoryAttempts::default());
    let person = Person::who(Does::StaysSilent);
    let limit = limit(&person, &store, &clock);
    for _ in 0..3 {
        ask_and_be_killed(&limit, &person);
    }
    assert_eq!(wait(&limit), secs(30));
}

#[test]
fn case_11_guesses_at_the_same_time_use_up_a_try_each() {
    let store = Arc::new(MemoryAttempts::default());
    let person = Person::who(Does::AnswersWrongly);
    let limit = AttemptLimit::new(Arc::clone(&person) as _, store);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| ask(&limit).unwrap_err());
        }
    });
    assert_eq!(person.asked(), 3);
}

#[test]
fn an_attempt_that_is_given_back_takes_no_other_with_it() {
    let clock = TestClock::new();
    let store = Arc::new(MemoryAttempts::default());
    let (slow, quick) = (
        Person::who(Does::StaysSilent),
        Person::who(Does::AnswersWrongly),
    );
    let (first, second) = (limit(&slow, &store, &clock), limit(&quick, &store, &clock));
    let challenge = a_challenge();
    let mut open = first.authenticate(&challenge);
    while slow.asked() == 0 {
        assert!(future::block_on(future::poll_once(&mut open)).is_none());
    }
    assert_eq!(remembered(store.as_ref()).failures.count, 1);
    // Elsewhere: a wrong answer, a right one, and a wrong one again.
    drop(ask(&second));
    quick.now(Does::AnswersRightly);
    assert!(ask(&second).is_ok());
    quick.now(Does::AnswersWrongly);
    drop(ask(&second));
    drop(open);
    assert_eq!(remembered(store.as_ref()).failures.count, 1);
}

#[test]
fn case_11_zero_configured_is_the_strictest_and_never_unlimited() {
    let clock = TestClock::new();
    let zero = Duration::ZERO;
    let limits: [fn(AttemptLimit) -> AttemptLimit; 2] = [
        |limit| limit.with_most(0),
        |limit| limit.with_delays(Delays::new(0, Duration::ZERO, Duration::ZERO)),
    ];
    for configure in limits {
        let person = Person::who(Does::AnswersWrongly);
        let store = Arc::new(MemoryAttempts::default());
        let limit = configure(limit(&person, &store, &clock));
        assert!(matches!(ask(&limit), Err(AuthError::Rejected { .. })));
        assert_eq!(wait(&limit), Delays::DAY);
    }
    // More than NIST allows is as much as it allows.
    let person = Person::who(Does::AnswersWrongly);
    let lax = limit(&person, &failed(100, &clock), &clock)
        .with_most(u32::MAX)
        .with_delays(Delays::new(u32::MAX, secs(1), secs(1)));
    assert_eq!(wait(&lax), Delays::DAY);
    assert_ne!(wait(&lax), zero);
}

#[test]
fn a_lockout_of_the_passphrase_ends_the_chain() {
    let clock = TestClock::new();
    let store = failed(5, &clock);
    let person = Person::who(Does::AnswersRightly);
    let next = Arc::new(Script::new().yes(Factor::Passphrase));
    let chain = FirstAvailable::new(vec![
        Arc::new(limit(&person, &store, &clock)),
        Arc::clone(&next) as _,
    ]);
    assert!(matches!(ask(&chain), Err(AuthError::LockedOut { .. })));
    assert!(next.asked().is_empty());
    assert_eq!(person.asked(), 0);
}

#[test]
fn where_nobody_would_be_asked_nothing_is_counted_and_nobody_is_locked_out() {
    let clock = TestClock::new();
    let store = failed(5, &clock);
    let before = remembered(store.as_ref());
    let person = Person::who(Does::AnswersWrongly);
    let limit = limit(&person, &store, &clock);
    let asks = |factor, time| {
        let what = SafeText::literal("test");
        let challenge = Challenge::new(what, FactorSet::only(factor), time);
        future::block_on(limit.authenticate(&challenge)).unwrap_err()
    };
    assert!(matches!(
        asks(Factor::Biometry, secs(60)),
        AuthError::Unavailable(Unavailable::FactorNotAccepted)
    ));
    assert!(matches!(
        asks(Factor::Passphrase, Duration::ZERO),
        AuthError::TimedOut
    ));
    person.now(Does::IsKnownToBeAway);
    assert!(matches!(
        asks(Factor::Passphrase, secs(60)),
        AuthError::Unavailable(Unavailable::NoTerminal)
    ));
    assert_eq!(remembered(store.as_ref()), before);
    assert_eq!(person.asked(), 0);
}

#[test]
fn whoever_must_wait_is_told_how_long() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersRightly);
    let refused = ask(&limit(&person, &failed(5, &clock), &clock)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "locked out: too many answers in a row were wrong or broken off; try again in 2 min"
    );
}
