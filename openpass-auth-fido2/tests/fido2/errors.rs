//! Whatever is wrong with a key is an answer of its own, and never a yes.

use std::{sync::Arc, time::Duration};

use futures_lite::future::block_on;
use openpass_approval::Approver;
use openpass_auth::{
    AuthError, Authenticator as _, CancelledBy, Challenge, Factor, FactorSet, SafeText, Unavailable,
};
use openpass_auth_fido2::{KeyError, SecurityKeyAuthenticator, Verifies};

use crate::{
    PIN, asked, binding, bound_to, enrolled,
    person::Person,
    soft::{Plugged, Soft, Touched},
};

/// Why nobody was asked, with these keys plugged in.
fn unasked(keys: Plugged, approvers: impl IntoIterator<Item = Approver>) -> String {
    let person = Person::typing(PIN);
    let asks = SecurityKeyAuthenticator::new(keys, Arc::clone(&person), approvers);
    let said = block_on(asks.authenticate(&bound_to(binding()))).unwrap_err();
    let AuthError::Unavailable(why @ Unavailable::SecurityKey { .. }) = said else {
        panic!("{said}");
    };
    assert_eq!(asks.available(), Err(why.clone()));
    assert_eq!(person.was_shown(), 0);
    why.to_string()
}

/// What a key that says `error` comes to, and what the person is told.
fn failing(error: KeyError) -> (AuthError, String) {
    let (key, approver) = enrolled();
    key.chip().fails = Some(error);
    let person = Person::typing(PIN);
    let said = asked(&key, &person, &approver).unwrap_err();
    assert_eq!(person.was_shown(), 1);
    (said, person.was_told())
}

fn is_rejected(said: &AuthError) -> bool {
    matches!(
        said,
        AuthError::Rejected {
            factor: Factor::SecurityKey
        }
    )
}

#[test]
fn no_key_is_plugged_in() {
    let (_, approver) = enrolled();
    let why = unasked(Plugged(Ok(Vec::new())), [approver]);
    assert_eq!(
        why,
        "no security key is plugged in; plug one in, then ask again"
    );
}

#[test]
fn no_security_key_is_an_approver() {
    let why = unasked(Plugged(Ok(vec![Soft::new()])), []);
    assert_eq!(why, "no security key is an approver here; enrol one first");
}

#[test]
fn two_keys_that_are_approvers_are_one_too_many() {
    let (one, approver) = enrolled();
    let both = Plugged(Ok(vec![one.clone(), one.copied()]));
    assert!(unasked(both, [approver]).contains("several security keys are plugged in; leave one"));
}

#[test]
fn of_two_keys_the_one_that_is_an_approver_is_asked() {
    let (one, approver) = enrolled();
    let older = Soft::with_secret(3);
    older.chip().verifies = Verifies::Not(KeyError::NotFido2);
    let keys = Plugged(Ok(vec![Soft::with_secret(2), older, one]));
    let asks = SecurityKeyAuthenticator::new(keys, Person::typing(PIN), [approver]);
    assert!(block_on(asks.authenticate(&bound_to(binding()))).is_ok());
}

#[test]
fn of_two_approvers_the_one_whose_key_is_plugged_in_signs() {
    let (_, first) = enrolled();
    let second = Soft::with_secret(2);
    let fresh = SecurityKeyAuthenticator::new(second.clone(), Person::typing(PIN), []);
    let minute = Duration::from_secs(60);
    second.chip().credentials.push(vec![0; 16]);
    let approver = block_on(fresh.register("red", crate::SINCE, minute)).unwrap();
    let approvers = [first, approver.clone()];
    let asks = SecurityKeyAuthenticator::new(second, Person::typing(PIN), approvers);
    let evidence = block_on(asks.authenticate(&bound_to(binding()))).unwrap();
    assert_eq!(
        evidence.signature().unwrap().approver(),
        approver.id().as_str()
    );
}

#[test]
fn a_key_that_is_no_approver_is_not_asked() {
    let (_, approver) = enrolled();
    let other = Plugged(Ok(vec![Soft::with_secret(2)]));
    assert!(unasked(other, [approver]).contains("is not an approver; plug in an approver's key"));
}

#[test]
fn no_access_to_the_device_names_the_udev_rules() {
    let (_, approver) = enrolled();
    let why = unasked(Plugged(Err(KeyError::NoAccess)), [approver]);
    if cfg!(target_os = "linux") {
        assert!(
            why.contains("/dev/hidraw*") && why.contains("udev rules"),
            "{why}"
        );
    }
}

#[test]
fn a_key_that_verifies_nobody_is_not_asked() {
    let reasons = [
        (KeyError::NoPin, "has no PIN; set one"),
        (KeyError::PinBlocked, "only a reset helps"),
        (KeyError::NotFido2, "too old"),
    ];
    for (reason, words) in reasons {
        let (key, approver) = enrolled();
        key.chip().verifies = Verifies::Not(reason);
        let why = unasked(Plugged(Ok(vec![key])), [approver]);
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn a_wrong_pin_is_rejected_and_says_how_many_tries_are_left() {
    let (key, approver) = enrolled();
    let person = Person::typing("wrong-pin-1357");
    let said = asked(&key, &person, &approver).unwrap_err();
    assert!(is_rejected(&said), "{said}");
    assert!(person.was_told().contains("was wrong; it has 5 tries left"));
    let (_, told) = failing(KeyError::PinWrong { tries: Some(1) });
    assert!(
        told.contains("1 try left, and then only a reset helps"),
        "{told}"
    );
}

#[test]
fn what_can_be_no_pin_is_not_shown_to_the_key() {
    let (key, approver) = enrolled();
    key.chip().panics = true;
    for (typed, words) in [
        ("123", "at least 4 characters"),
        (&*"9".repeat(64), "at most 63 bytes"),
    ] {
        let person = Person::typing(typed);
        let said = asked(&key, &person, &approver).unwrap_err();
        assert!(is_rejected(&said), "{said}");
        let told = person.was_told();
        assert!(
            told.contains(words) && told.contains("as many tries as before"),
            "{told}"
        );
    }
}

#[test]
fn a_blocked_pin_locks_out_and_each_way_has_its_words() {
    let ways = [
        (KeyError::PinBlocked, "only a reset helps"),
        (KeyError::PinAuthBlocked, "unplug it and plug it in again"),
        (KeyError::VerificationBlocked, "takes no finger"),
    ];
    for (error, words) in ways {
        let (said, told) = failing(error);
        assert!(
            matches!(said, AuthError::LockedOut { retry_after: None }),
            "{said}"
        );
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_finger_that_is_not_recognised_and_a_credential_that_is_gone_are_rejected() {
    for error in [KeyError::NotVerified, KeyError::NoCredential] {
        let (said, told) = failing(error);
        assert!(is_rejected(&said), "{said}");
        assert_eq!(told, error.to_string());
    }
}

#[test]
fn what_breaks_meanwhile_says_so_and_what_helps() {
    let ways = [
        (
            KeyError::Removed,
            "was removed before it answered; plug it in",
        ),
        (KeyError::Busy, "another program uses the security key"),
        (KeyError::PinExpired, "wants a new PIN"),
        (KeyError::Broken, "does not answer as it should"),
        (KeyError::Other { code: 0x7f }, "error 0x7f of CTAP"),
    ];
    for (error, words) in ways {
        let (said, told) = failing(error);
        assert!(matches!(said, AuthError::Backend(_)), "{said}");
        assert!(
            said.to_string().contains(words) && told.contains(words),
            "{said}"
        );
    }
}

#[test]
fn a_touch_that_does_not_come_times_out() {
    let (said, told) = failing(KeyError::NotTouched);
    assert!(matches!(said, AuthError::TimedOut), "{said}");
    assert_eq!(told, "nobody touched the security key in time");
}

#[test]
fn a_no_on_the_key_is_the_persons() {
    let (said, _) = failing(KeyError::Declined);
    assert!(
        matches!(said, AuthError::Cancelled(CancelledBy::Person)),
        "{said}"
    );
}

#[test]
fn a_driver_that_panics_is_a_broken_key() {
    let (key, approver) = enrolled();
    key.chip().panics = true;
    let said = asked(&key, &Person::typing(PIN), &approver).unwrap_err();
    assert!(matches!(said, AuthError::Backend(_)), "{said}");
}

#[test]
fn a_prompt_that_says_yes_without_the_key_is_no_yes() {
    let (key, approver) = enrolled();
    let said = asked(&key, &Person::lying(), &approver).unwrap_err();
    assert!(matches!(said, AuthError::Backend(_)), "{said}");
    assert!(key.chip().asked.is_empty());
}

#[test]
fn the_deadline_tells_the_key_to_stop_waiting() {
    let (key, approver) = enrolled();
    key.chip().touched = Touched::Never;
    let asks = SecurityKeyAuthenticator::new(key.clone(), Person::typing(PIN), [approver]);
    let what = SafeText::literal("do something");
    let accepts = FactorSet::only(Factor::SecurityKey);
    let challenge =
        Challenge::new(what, accepts, Duration::from_millis(300)).bound_to(binding(), accepts);
    let said = block_on(asks.authenticate(&challenge)).unwrap_err();
    assert!(matches!(said, AuthError::TimedOut), "{said}");
    waits_until(|| key.chip().stopped == 1);
}

#[test]
fn dropping_the_question_tells_the_key_to_stop_waiting() {
    let (key, approver) = enrolled();
    key.chip().touched = Touched::Never;
    let person = Person::typing(PIN);
    let asks = SecurityKeyAuthenticator::new(key.clone(), Arc::clone(&person), [approver]);
    let challenge = bound_to(binding());
    let mut asking = asks.authenticate(&challenge);
    assert!(block_on(futures_lite::future::poll_once(&mut asking)).is_none());
    waits_until(|| key.chip().is_waiting());
    drop(asking);
    waits_until(|| key.chip().stopped == 1);
    waits_until(|| person.screen.open.load(std::sync::atomic::Ordering::SeqCst) == 0);
    assert!(key.chip().asked.is_empty());
}

fn waits_until(holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::yield_now();
    }
}
