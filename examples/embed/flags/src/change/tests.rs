//! What each change is to the rules, and what a person is asked.

use openpass_auth::{Factor, Script};
use openpass_policy::{Denial, Guard, MemorySink, Refusal};

use super::*;
use crate::rules::engine;

/// ada owns the flags, bob is a developer, and ci is a bot of ada's.
fn team() -> String {
    let mut state = State::new("ada", "a record".to_owned());
    let developers = ["developers".to_owned()].into();
    let passphrase = "a record".to_owned();
    state.people.insert(
        "bob".to_owned(),
        Person {
            teams: developers,
            passphrase,
        },
    );
    state.bots.insert("ci".to_owned(), "ada".to_owned());
    let frozen = Some("the audit".to_owned());
    state.put_flag("billing", "prod", Flag { percent: 5, frozen });
    serde_json::to_string(&state).unwrap()
}

fn set(flag: &str, environment: &str) -> Change {
    let (flag, environment) = (flag.to_owned(), environment.to_owned());
    Change::Set {
        flag,
        environment,
        percent: 30,
    }
}

fn add() -> Change {
    Change::AddPerson {
        name: "eve".to_owned(),
        teams: ["owners".to_owned()].into(),
        passphrase: "a record".to_owned(),
    }
}

fn asks(who: &str, change: &Change, person: &Script) -> Result<(), Refusal> {
    let guard = Guard::new(engine().unwrap(), person.clone(), MemorySink::new());
    let operation = change.plan(who, &team()).unwrap().operation;
    guard.authorize_blocking(operation).map(drop)
}

fn denied(who: &str, change: &Change) -> Denial {
    let person = Script::new().yes(Factor::Passphrase);
    let Err(Refusal::Denied(denial)) = asks(who, change, &person) else {
        panic!("{who} may {change:?}")
    };
    assert!(person.asked().is_empty());
    denial
}

#[test]
fn every_change_fits_the_schema() {
    let freeze = Change::Freeze {
        flag: "dark-mode".to_owned(),
        environment: "dev".to_owned(),
        reason: "the audit".to_owned(),
    };
    let unfreeze = Change::Unfreeze {
        flag: "billing".to_owned(),
        environment: "prod".to_owned(),
    };
    let bot = Change::AddBot {
        name: "cd".to_owned(),
        owner: "ada".to_owned(),
    };
    for change in [set("dark-mode", "prod-eu"), freeze, unfreeze, add(), bot] {
        let operation = change.plan("ada", &team()).unwrap().operation;
        assert_eq!(engine().unwrap().check(&operation), Ok(()), "{change:?}");
    }
    let by_bot = set("dark-mode", "dev").plan("ci", &team()).unwrap();
    assert_eq!(engine().unwrap().check(&by_bot.operation), Ok(()));
}

#[test]
fn a_flag_in_production_takes_a_person() {
    let person = Script::new().yes(Factor::Passphrase);
    asks("ada", &set("dark-mode", "prod"), &person).unwrap();
    assert_eq!(
        person.asked(),
        [r#"person "ada" asks to set flag "dark-mode" in environment "prod""#]
    );
    let asked = person.asked();
    let shown: Vec<_> = asked.iter().flat_map(|asked| asked.changes()).collect();
    assert_eq!(shown.len(), 1, "percent, 0 to 30");

    let refused = asks("ada", &set("dark-mode", "prod"), &Script::no());
    assert!(matches!(refused, Err(Refusal::NotAuthenticated(_))));
}

#[test]
fn what_holds_for_production_holds_within_it_and_not_in_dev() {
    let person = Script::new().yes(Factor::Passphrase);
    asks("bob", &set("dark-mode", "prod-eu"), &person).unwrap();
    assert_eq!(person.asked().len(), 1);

    let nobody = Script::no();
    asks("bob", &set("dark-mode", "dev"), &nobody).unwrap();
    assert!(nobody.asked().is_empty());
}

#[test]
fn a_bot_takes_a_person_wherever() {
    for environment in ["dev", "prod"] {
        let person = Script::new().yes(Factor::Passphrase);
        asks("ci", &set("dark-mode", environment), &person).unwrap();
        assert_eq!(person.asked().len(), 1);
        let refused = asks("ci", &set("dark-mode", environment), &Script::no());
        assert!(matches!(refused, Err(Refusal::NotAuthenticated(_))));
    }
}

#[test]
fn what_is_frozen_changes_by_the_release_team_alone() {
    let billing = set("billing", "prod");
    let Denial::Forbidden { policies } = denied("bob", &billing) else {
        panic!("not forbidden")
    };
    assert_eq!(policies.first().unwrap().as_str(), "flags.frozen");
    assert!(matches!(denied("ci", &billing), Denial::Forbidden { .. }));
    asks("ada", &billing, &Script::new().yes(Factor::Passphrase)).unwrap();
}

#[test]
fn who_is_in_is_for_owners_to_say_and_for_no_bot() {
    assert_eq!(denied("bob", &add()), Denial::NotPermitted);
    let by_bot = add().plan("ci", &team()).unwrap().operation;
    assert!(
        engine().unwrap().check(&by_bot).is_err(),
        "no bot can even ask"
    );
    asks("ada", &add(), &Script::new().yes(Factor::Passphrase)).unwrap();
}

#[test]
fn another_state_of_the_file_is_another_operation() {
    let change = set("dark-mode", "prod");
    let first = change.plan("ada", &team()).unwrap();
    let again = change.plan("ada", &team()).unwrap();
    assert_eq!(first.operation.digest(), again.operation.digest());
    let later = change.plan("ada", &first.after).unwrap();
    assert_ne!(first.operation.digest(), later.operation.digest());
}

#[test]
fn environments_that_are_within_each_other_are_none() {
    let mut state: State = serde_json::from_str(&team()).unwrap();
    state
        .environments
        .insert("prod".to_owned(), Some("prod-eu".to_owned()));
    let circular = serde_json::to_string(&state).unwrap();
    let refused = set("dark-mode", "prod").plan("ada", &circular).unwrap_err();
    assert!(matches!(refused, Failure::NoEnvironment(..)), "{refused}");
}
