//! Who asked is counted, each apart: silence and cancelling hold up nobody
//! else.

use std::sync::Arc;

use openpass_auth::{
    Asker, AttemptLimit, AttemptStore, Attempts, AuthError, Authenticator, CoolDown, Factor,
    FirstAvailable, MemoryAttempts, Presence, Script, Unavailable,
};

use crate::stage::{
    Does, Person, TestClock, ask, ask_and_be_killed, ask_and_drop, remembered, secs,
};

fn dialogs_for(
    asker: Asker,
    person: &Arc<Person>,
    store: &Arc<MemoryAttempts>,
    clock: &Arc<TestClock>,
) -> CoolDown<Person> {
    CoolDown::new(
        Arc::clone(person),
        Arc::clone(store) as Arc<dyn AttemptStore>,
    )
    .with_clock(Arc::clone(clock) as _)
    .for_asker(asker)
}

fn is_held(outcome: &Result<openpass_auth::Evidence, AuthError>) -> bool {
    matches!(
        outcome,
        Err(AuthError::Unavailable(Unavailable::UntilAPersonActs))
    )
}

/// Two prompts for `hermes` that come to nothing.
fn hermes_asked_in_vain() -> (Arc<Person>, Arc<MemoryAttempts>, Arc<TestClock>) {
    let clock = TestClock::new();
    let person = Person::who(Does::LetsItTimeOut);
    let store = Arc::new(MemoryAttempts::default());
    let hermes = dialogs_for(Asker::agent("hermes"), &person, &store, &clock);
    for _ in 0..2 {
        assert!(matches!(ask(&hermes), Err(AuthError::TimedOut)));
    }
    (person, store, clock)
}

#[test]
fn case_48_silence_ends_an_agents_prompts_until_a_person_acts_however_long_it_waits() {
    let (person, store, clock) = hermes_asked_in_vain();
    for wait in [0, 3600, 86_400] {
        clock.pass(secs(wait));
        // Another process each time.
        let hermes = dialogs_for(Asker::agent("hermes"), &person, &store, &clock);
        let outcome = ask(&hermes);
        assert!(is_held(&outcome), "{outcome:?}");
    }
    assert_eq!(person.asked(), 2);
}

#[test]
fn case_48_declining_calling_off_and_killing_count_as_silence_does() {
    let clock = TestClock::new();
    for how in 0..3 {
        let person = Person::who(match how {
            0 => Does::Cancels,
            _ => Does::StaysSilent,
        });
        let store = Arc::new(MemoryAttempts::default());
        let hermes = dialogs_for(Asker::agent("hermes"), &person, &store, &clock);
        for _ in 0..2 {
            match how {
                0 => drop(ask(&hermes)),
                1 => ask_and_drop(&hermes, &person),
                _ => ask_and_be_killed(&hermes, &person),
            }
        }
        assert!(is_held(&ask(&hermes)), "{how}");
        assert_eq!(person.asked(), 2, "{how}");
    }
}

#[test]
fn case_48_what_an_agents_prompts_come_to_holds_up_nobody_else() {
    let (person, store, clock) = hermes_asked_in_vain();
    for other in [Asker::Person, Asker::agent("codex")] {
        person.now(Does::LetsItTimeOut);
        let other = dialogs_for(other, &person, &store, &clock);
        assert!(matches!(ask(&other), Err(AuthError::TimedOut)));
    }
    assert_eq!(person.asked(), 4);
}

#[test]
fn case_48_a_person_whose_dialogs_come_to_nothing_is_asked_on_the_terminal_instead() {
    let clock = TestClock::new();
    let store = Arc::new(MemoryAttempts::default());
    let finger = Person::who(Does::LetsItTimeOut);
    let dialog = dialogs_for(Asker::Person, &finger, &store, &clock);
    for _ in 0..2 {
        drop(ask(&dialog));
    }
    // ^C at one's own terminal counts for nothing, however often.
    let terminal = Person::who(Does::Cancels);
    let chain = FirstAvailable::new(vec![Arc::new(dialog) as _, Arc::clone(&terminal) as _]);
    for _ in 0..9 {
        assert!(matches!(ask(&chain), Err(AuthError::Cancelled(_))));
    }
    terminal.now(Does::AnswersRightly);
    drop(ask(&chain).unwrap());
    assert_eq!((finger.asked(), terminal.asked()), (2, 10));
    assert_eq!(remembered(store.as_ref()).declines.count, 2);
}

#[test]
fn case_48_an_agent_is_asked_for_again_once_a_person_has_acted() {
    let acts: [fn(&dyn AttemptStore); 2] = [
        |store| {
            store
                .update(&mut |attempts| attempts.a_person_acted_on("hermes"))
                .unwrap();
        },
        |store| {
            store.update(&mut Attempts::a_person_proved).unwrap();
        },
    ];
    for act in acts {
        let (person, store, clock) = hermes_asked_in_vain();
        act(store.as_ref());
        let hermes = dialogs_for(Asker::agent("hermes"), &person, &store, &clock);
        person.now(Does::AnswersRightly);
        drop(ask(&hermes).unwrap());
        person.now(Does::Cancels);
        drop(ask(&hermes));
        drop(ask(&hermes));
        assert!(is_held(&ask(&hermes)));
    }
}

#[test]
fn case_48_acting_on_another_agents_request_gives_this_one_nothing() {
    let (person, store, clock) = hermes_asked_in_vain();
    store
        .update(&mut |attempts| attempts.a_person_acted_on("codex"))
        .unwrap();
    let hermes = dialogs_for(Asker::agent("hermes"), &person, &store, &clock);
    assert!(is_held(&ask(&hermes)));
}

#[test]
fn case_48_a_proof_on_the_persons_own_terminal_makes_all_of_it_forgotten() {
    let (silent, store, clock) = hermes_asked_in_vain();
    let terminal = Person::who(Does::Cancels);
    let own: Arc<dyn Authenticator> = Arc::clone(&terminal) as _;
    let own = Presence::new(own, Arc::clone(&store) as _);
    drop(ask(&own));
    let hermes = dialogs_for(Asker::agent("hermes"), &silent, &store, &clock);
    assert!(is_held(&ask(&hermes)), "a no is no proof");
    // Nor is what answers another question.
    terminal.now(Does::AnswersAnother);
    drop(ask(&own));
    assert!(is_held(&ask(&hermes)));
    terminal.now(Does::AnswersRightly);
    drop(ask(&own).unwrap());
    silent.now(Does::AnswersRightly);
    drop(ask(&hermes).unwrap());
}

#[test]
fn case_48_many_names_are_no_way_to_many_prompts_nor_to_a_large_file() {
    let clock = TestClock::new();
    let person = Person::who(Does::Cancels);
    let store = Arc::new(MemoryAttempts::default());
    let long = "x".repeat(100_000);
    for number in 0..1000 {
        let name = format!("agent{number}{}", if number % 7 == 0 { &long } else { "" });
        let agent = dialogs_for(Asker::agent(name), &person, &store, &clock);
        drop(ask(&agent));
    }
    let agents = remembered(store.as_ref()).agents;
    assert!(
        agents.len() <= Attempts::MOST_AGENTS + 1,
        "{}",
        agents.len()
    );
    assert!(
        agents
            .keys()
            .all(|name| name.len() <= Attempts::LONGEST_NAME)
    );
    // One each, and two for all that are beyond.
    assert!(
        person.asked() <= Attempts::MOST_AGENTS + 2,
        "{}",
        person.asked()
    );
    store.update(&mut Attempts::a_person_proved).unwrap();
    let new = dialogs_for(Asker::agent("new"), &person, &store, &clock);
    assert!(matches!(ask(&new), Err(AuthError::Cancelled(_))));
}

#[test]
fn case_48_what_the_system_withdraws_or_a_wrong_answer_is_nobodys_silence() {
    let store = Arc::new(MemoryAttempts::default());
    let by_system = || Err(AuthError::Cancelled(openpass_auth::CancelledBy::System));
    let wrong = || {
        Err(AuthError::Rejected {
            factor: Factor::Passphrase,
        })
    };
    let answers = vec![by_system(), wrong(), by_system(), wrong()];
    let person = Arc::new(Script::answering(Factor::Passphrase, answers));
    let hermes = CoolDown::new(person, Arc::clone(&store) as _).for_asker(Asker::agent("hermes"));
    for _ in 0..4 {
        assert!(!is_held(&ask(&hermes)));
    }
    let agents = remembered(store.as_ref()).agents;
    assert!(agents.values().all(|tally| tally.count == 0), "{agents:?}");
}

#[test]
fn case_48_an_agents_wrong_answers_hold_up_that_agent_and_nobody_else() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersWrongly);
    let store = Arc::new(MemoryAttempts::default());
    let limit_for = |asker| {
        AttemptLimit::new(Arc::clone(&person) as _, Arc::clone(&store) as _)
            .with_clock(Arc::clone(&clock) as _)
            .for_asker(asker)
    };
    let hermes = limit_for(Asker::agent("hermes"));
    for _ in 0..3 {
        assert!(matches!(ask(&hermes), Err(AuthError::Rejected { .. })));
    }
    assert!(matches!(ask(&hermes), Err(AuthError::LockedOut { .. })));
    person.now(Does::AnswersRightly);
    drop(ask(&limit_for(Asker::Person)).unwrap());
    drop(ask(&limit_for(Asker::agent("codex"))).unwrap());
    // Another's right answer gives it no new tries.
    assert!(matches!(ask(&hermes), Err(AuthError::LockedOut { .. })));
    clock.pass(secs(30));
    drop(ask(&hermes).unwrap());
}

#[test]
fn case_48_many_names_give_no_more_guesses_than_are_counted_apart() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersWrongly);
    let store = Arc::new(MemoryAttempts::default());
    for number in 0..500 {
        let limit = AttemptLimit::new(Arc::clone(&person) as _, Arc::clone(&store) as _)
            .with_clock(Arc::clone(&clock) as _)
            .for_asker(Asker::agent(format!("agent{number}")));
        for _ in 0..4 {
            drop(ask(&limit));
        }
    }
    assert_eq!(person.asked(), 3 * (Attempts::MOST_AGENTS + 1));
}
