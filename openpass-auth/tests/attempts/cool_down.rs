//! Prompts that a person declines, or that are called off.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_lite::future;
use openpass_auth::{
    AttemptLimit, AttemptStore, Attempts, AuthError, Authenticator as _, CancelledBy, Challenge,
    Clock as _, Confirmation, Contained, CoolDown, Factor, FactorSet, FirstAvailable,
    MemoryAttempts, SafeText, Script, Unavailable,
};

use crate::stage::{
    Does, Person, TestClock, a_challenge, ask, ask_and_be_killed, ask_and_drop, remembered, secs,
};

fn cool_down(
    person: &Arc<Person>,
    store: &Arc<MemoryAttempts>,
    clock: &Arc<TestClock>,
) -> CoolDown<Person> {
    CoolDown::new(
        Arc::clone(person),
        Arc::clone(store) as Arc<dyn AttemptStore>,
    )
    .with_clock(Arc::clone(clock) as _)
}

fn wait(cool_down: &CoolDown<Person>) -> Duration {
    match ask(cool_down) {
        Err(AuthError::Unavailable(Unavailable::CoolingDown { retry_after })) => retry_after,
        other => panic!("not cooling down: {other:?}"),
    }
}

#[test]
fn case_24_after_two_declined_prompts_nobody_is_asked_for_a_growing_time() {
    let clock = TestClock::new();
    let person = Person::who(Does::Cancels);
    let store = Arc::new(MemoryAttempts::default());
    for declined in 1..=9_u32 {
        // Another process each time.
        let cool_down = cool_down(&person, &store, &clock);
        assert!(matches!(
            ask(&cool_down),
            Err(AuthError::Cancelled(CancelledBy::Person))
        ));
        let expected = match declined {
            ..2 => continue,
            2..7 => 30 << (declined - 2),
            _ => 15 * 60,
        };
        // A flood meanwhile neither asks nor makes it longer.
        for _ in 0..20 {
            assert_eq!(wait(&cool_down), secs(expected), "after {declined}");
        }
        clock.pass(secs(expected));
    }
    assert_eq!(person.asked(), 9);
}

#[test]
fn case_24_what_nobody_declined_or_called_off_does_not_count() {
    let clock = TestClock::new();
    let person = Person::who(Does::IsNotThere);
    let store = Arc::new(MemoryAttempts::default());
    let cool_down = cool_down(&person, &store, &clock);
    for does in [
        Does::IsNotThere,
        Does::AnswersWrongly,
        Does::Breaks,
        Does::AnswersAnother,
    ] {
        person.now(does);
        for _ in 0..3 {
            drop(ask(&cool_down));
        }
    }
    assert_eq!(person.asked(), 12);
    assert_eq!(remembered(store.as_ref()).declines.count, 0);
}

#[test]
fn case_24_a_prompt_that_is_dropped_counts_as_if_it_was_declined() {
    let clock = TestClock::new();
    let person = Person::who(Does::StaysSilent);
    let store = Arc::new(MemoryAttempts::default());
    for dropped in 1..=4_u32 {
        let cool_down = cool_down(&person, &store, &clock);
        ask_and_drop(&cool_down, &person);
        if dropped > 1 {
            let expected = secs(30 << (dropped - 2));
            for _ in 0..20 {
                assert_eq!(wait(&cool_down), expected, "after {dropped}");
            }
            clock.pass(expected);
        }
    }
    assert_eq!(person.asked(), 4);
}

#[test]
fn case_24_a_prompt_that_the_program_says_it_called_off_counts_too() {
    let store = Arc::new(MemoryAttempts::default());
    let by_host = || Err(AuthError::Cancelled(CancelledBy::Host));
    let by_system = || Err(AuthError::Cancelled(CancelledBy::System));
    let finger = Script::answering(Factor::Passphrase, vec![by_system(), by_host(), by_host()]);
    let cool_down = CoolDown::new(Arc::new(finger), Arc::clone(&store) as _);
    for counted in 0..=2 {
        assert!(matches!(ask(&cool_down), Err(AuthError::Cancelled(_))));
        assert_eq!(remembered(store.as_ref()).declines.count, counted);
    }
    assert!(matches!(
        ask(&cool_down),
        Err(AuthError::Unavailable(Unavailable::CoolingDown { .. }))
    ));
}

#[test]
fn case_48_a_prompt_that_is_dropped_at_its_deadline_counts() {
    let person = Person::who(Does::StaysSilent);
    let store = Arc::new(MemoryAttempts::default());
    let cool_down = cool_down(&person, &store, &TestClock::new());
    let held = Contained::new(Arc::new(cool_down));
    let challenge = Challenge::new(
        SafeText::literal("run a test"),
        FactorSet::only(Factor::Passphrase),
        Duration::from_millis(50),
    );
    let outcome = future::block_on(held.authenticate(&challenge));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    assert_eq!(person.asked(), 1);
    assert_eq!(remembered(store.as_ref()).declines.count, 1);
}

#[test]
fn case_24_a_host_that_is_killed_while_it_asks_counts() {
    let clock = TestClock::new();
    let person = Person::who(Does::StaysSilent);
    let store = Arc::new(MemoryAttempts::default());
    let cool_down = cool_down(&person, &store, &clock);
    for _ in 0..2 {
        ask_and_be_killed(&cool_down, &person);
    }
    assert_eq!(wait(&cool_down), secs(30));
}

#[test]
fn an_approval_or_an_hour_makes_declined_prompts_forgotten() {
    let clock = TestClock::new();
    let person = Person::who(Does::Cancels);
    let store = Arc::new(MemoryAttempts::default());
    let cool_down = cool_down(&person, &store, &clock);
    for _ in 0..3 {
        drop(ask(&cool_down));
        person.now(Does::AnswersRightly);
        assert!(ask(&cool_down).is_ok());
        person.now(Does::Cancels);
    }
    // The last one of these is an hour away from the two before it.
    for pause in [0, 3600, 0] {
        drop(ask(&cool_down));
        clock.pass(secs(pause));
    }
    assert_eq!(person.asked(), 9);
    assert_eq!(remembered(store.as_ref()).declines.count, 1);
    assert!(matches!(ask(&cool_down), Err(AuthError::Cancelled(_))));
    assert_eq!(wait(&cool_down), secs(30));
}

#[test]
fn case_24_the_cool_down_holds_for_every_dialog_and_every_yes_or_no() {
    let clock = TestClock::new();
    let store = Arc::new(MemoryAttempts::default());
    let declined = || Err(AuthError::Cancelled(CancelledBy::Person));
    let finger = Arc::new(Script::answering(
        Factor::Passphrase,
        vec![Err(Unavailable::PassphraseChosen.into()), declined()],
    ));
    let person = Person::who(Does::Cancels);
    let chain = FirstAvailable::new(vec![Arc::clone(&finger) as _, Arc::clone(&person) as _]);
    let chain = CoolDown::new(Arc::new(chain), Arc::clone(&store) as _).with_clock(clock.clone());
    // Once at the second dialog of the chain, once at the first.
    for _ in 0..2 {
        assert!(matches!(ask(&chain), Err(AuthError::Cancelled(_))));
    }
    let question = CoolDown::new(Arc::new(SaysNo), store as _).with_clock(clock);
    let refused = future::block_on(question.confirm(&a_challenge())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "nobody could be asked: the last dialogs were declined, broken off or not answered, or are still open; try again in 30 s"
    );
}

#[test]
fn case_24_a_no_to_a_confirmation_counts() {
    let store = Arc::new(MemoryAttempts::default());
    let question = CoolDown::new(Arc::new(SaysNo), store as _).with_clock(TestClock::new());
    let answers = [(); 3].map(|()| future::block_on(question.confirm(&a_challenge())));
    let [
        Err(AuthError::Cancelled(_)),
        Err(AuthError::Cancelled(_)),
        Err(last),
    ] = answers
    else {
        panic!("{answers:?}");
    };
    assert!(matches!(
        last,
        AuthError::Unavailable(Unavailable::CoolingDown { .. })
    ));
}

#[test]
fn a_yes_that_comes_too_late_makes_nothing_forgotten() {
    let mut attempts = Attempts::default();
    let clock = TestClock::new();
    attempts.declines.count = 1;
    attempts.declines.last = Some(clock.now());
    let store = Arc::new(MemoryAttempts::new(attempts.clone()));
    let question = CoolDown::new(Arc::new(SaysYesTooLate), Arc::clone(&store) as _);
    let challenge = Challenge::new(
        SafeText::literal("test"),
        FactorSet::EMPTY,
        Duration::from_millis(50),
    );
    drop(future::block_on(
        question.with_clock(clock).confirm(&challenge),
    ));
    assert_eq!(remembered(store.as_ref()), attempts);
}

#[test]
fn limit_and_cool_down_share_a_store_and_count_apart() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersWrongly);
    let store = Arc::new(MemoryAttempts::default());
    let limit = AttemptLimit::new(Arc::clone(&person) as _, Arc::clone(&store) as _)
        .with_clock(clock.clone());
    let both = CoolDown::new(Arc::new(limit), Arc::clone(&store) as _).with_clock(clock);
    for does in [Does::AnswersWrongly, Does::Cancels, Does::AnswersWrongly] {
        person.now(does);
        drop(ask(&both));
    }
    let attempts = remembered(store.as_ref());
    assert_eq!((attempts.failures.count, attempts.declines.count), (2, 1));
}

#[derive(Debug)]
struct SaysNo;

#[async_trait]
impl Confirmation for SaysNo {
    async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
        Err(AuthError::Cancelled(CancelledBy::Person))
    }
}

#[derive(Debug)]
struct SaysYesTooLate;

#[async_trait]
impl Confirmation for SaysYesTooLate {
    async fn confirm(&self, challenge: &Challenge) -> Result<(), AuthError> {
        while challenge.still_open().is_ok() {
            std::thread::yield_now();
        }
        Ok(())
    }
}
