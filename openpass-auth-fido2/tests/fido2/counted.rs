//! A PIN is counted before the key looks at it.

use std::{sync::Arc, time::Duration};

use futures_lite::future::block_on;
use openpass_auth::{
    AttemptLimit, AuthError, Authenticator, Challenge, Contained, Factor, MemoryAttempts, SafeText,
};
use openpass_auth_fido2::{KeyError, SecurityKeyAuthenticator};

use crate::{PIN, binding, bound_to, enrolled, person::Person, soft::Touched};

/// What so many questions come to, under a limit.
fn limited(key: &crate::soft::Soft, person: &Arc<Person>, limit: &Limit) -> Result<(), AuthError> {
    let asks =
        SecurityKeyAuthenticator::new(key.clone(), Arc::clone(person), [limit.approver.clone()]);
    let asks = AttemptLimit::new(
        Arc::new(asks),
        Arc::<MemoryAttempts>::clone(&limit.attempts),
    );
    block_on(asks.authenticate(&bound_to(binding()))).map(drop)
}

struct Limit {
    approver: openpass_approval::Approver,
    attempts: Arc<MemoryAttempts>,
}

#[test]
fn the_third_wrong_pin_makes_one_wait_before_the_key_is_asked_again() {
    let (key, approver) = enrolled();
    let limit = Limit {
        approver,
        attempts: Arc::default(),
    };
    let person = Person::typing("wrong-pin-1357");
    for _ in 0..3 {
        let said = limited(&key, &person, &limit).unwrap_err();
        assert!(matches!(said, AuthError::Rejected { .. }), "{said}");
    }
    let said = limited(&key, &person, &limit).unwrap_err();
    assert!(
        matches!(
            said,
            AuthError::LockedOut {
                retry_after: Some(_)
            }
        ),
        "{said}"
    );
    assert_eq!(person.was_shown(), 3);
}

#[test]
fn a_right_pin_makes_the_wrong_ones_forgotten_and_what_breaks_is_none() {
    let (key, approver) = enrolled();
    let limit = Limit {
        approver,
        attempts: Arc::default(),
    };
    let (right, wrong) = (Person::typing(PIN), Person::typing("wrong-pin-1357"));
    for _ in 0..3 {
        assert!(limited(&key, &wrong, &limit).is_err());
        key.chip().fails = Some(KeyError::Removed);
        let said = limited(&key, &right, &limit).unwrap_err();
        assert!(matches!(said, AuthError::Backend(_)), "{said}");
        key.chip().fails = None;
        assert!(limited(&key, &wrong, &limit).is_err());
        assert!(limited(&key, &right, &limit).is_ok());
    }
}

#[test]
fn a_touch_that_does_not_come_in_time_is_no_wrong_pin() {
    let (key, approver) = enrolled();
    let attempts = Arc::new(MemoryAttempts::default());
    let asks = SecurityKeyAuthenticator::new(key.clone(), Person::typing(PIN), [approver]);
    let store = Arc::<MemoryAttempts>::clone(&attempts);
    let asks = Contained::new(Arc::new(AttemptLimit::new(Arc::new(asks), store)));
    key.chip().touched = Touched::Never;
    for _ in 0..4 {
        let what = SafeText::literal("do something");
        let moment = Duration::from_millis(200);
        let challenge = Challenge::new(what, Factor::SecurityKey.into(), moment);
        let challenge = challenge.bound_to(binding(), Factor::SecurityKey.into());
        let said = block_on(asks.authenticate(&challenge)).unwrap_err();
        assert!(matches!(said, AuthError::TimedOut), "{said}");
    }
    key.chip().touched = Touched::AtOnce;
    assert!(block_on(asks.authenticate(&bound_to(binding()))).is_ok());
}
