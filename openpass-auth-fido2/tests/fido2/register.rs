//! Making an approver of a key.

use std::{sync::Arc, time::Duration};

use futures_lite::future::block_on;
use openpass_approval::Approver;
use openpass_auth::{AuthError, Factor, Unavailable};
use openpass_auth_fido2::{KeyError, Keys, SecurityKeyAuthenticator};

use crate::{
    PIN, SINCE, enrolled,
    person::Person,
    soft::{PRESENT, Plugged, Soft, VERIFIED},
};

const MINUTE: Duration = Duration::from_secs(60);

fn made(
    keys: impl Keys + 'static,
    person: &Arc<Person>,
    known: impl IntoIterator<Item = Approver>,
) -> Result<Approver, AuthError> {
    let fresh = SecurityKeyAuthenticator::new(keys, Arc::clone(person), known);
    block_on(fresh.register("blue", SINCE, MINUTE))
}

fn broken(key: &Soft) -> String {
    let said = made(key.clone(), &Person::typing(PIN), []).unwrap_err();
    assert!(matches!(said, AuthError::Backend(_)), "{said}");
    said.to_string()
}

#[test]
fn a_key_becomes_an_approver_by_its_pin_and_a_touch() {
    let key = Soft::new();
    let person = Person::typing(PIN);
    let approver = made(key.clone(), &person, []).unwrap();
    assert_eq!(approver.factor(), Factor::SecurityKey);
    assert_eq!((approver.label(), approver.since()), ("blue", SINCE));
    assert_eq!(
        approver.credential(),
        key.chip().credentials.first().map(Vec::as_slice)
    );
    assert_eq!(approver.key().alg(), "ES256");
    let questions = person.screen.questions.lock().unwrap();
    let [question] = questions.as_slice() else {
        panic!("{questions:?}");
    };
    assert!(
        question.contains("make the security key") && question.contains("blue"),
        "{question}"
    );
}

#[test]
fn a_key_is_no_approver_twice() {
    let (key, approver) = enrolled();
    let said = made(key.clone(), &Person::typing(PIN), [approver.clone()]).unwrap_err();
    assert!(said.to_string().contains("an approver already"), "{said}");
    // Nor one that gives the same key under another credential.
    key.chip().credentials = vec![vec![9; 16]];
    let said = made(key, &Person::typing(PIN), [approver]).unwrap_err();
    assert!(said.to_string().contains("an approver already"), "{said}");
}

#[test]
fn with_no_key_or_several_nobody_is_asked() {
    for (keys, words) in [
        (vec![], "no security key is plugged in"),
        (
            vec![Soft::new(), Soft::with_secret(2)],
            "several security keys",
        ),
    ] {
        let person = Person::typing(PIN);
        let said = made(Plugged(Ok(keys)), &person, []).unwrap_err();
        let unavailable = matches!(
            &said,
            AuthError::Unavailable(Unavailable::SecurityKey { .. })
        );
        assert!(unavailable && said.to_string().contains(words), "{said}");
        assert_eq!(person.was_shown(), 0);
    }
}

#[test]
fn errors_are_those_of_a_question() {
    let key = Soft::new();
    let person = Person::typing("wrong-pin-1357");
    let said = made(key.clone(), &person, []).unwrap_err();
    assert!(
        matches!(
            said,
            AuthError::Rejected {
                factor: Factor::SecurityKey
            }
        ),
        "{said}"
    );
    assert!(person.was_told().contains("5 tries left"));
    key.chip().fails = Some(KeyError::Removed);
    assert!(broken(&key).contains("was removed"));
}

#[test]
fn case_64_a_credential_without_presence_verification_or_ours_is_refused() {
    let key = Soft::new();
    key.chip().flags = PRESENT;
    assert!(broken(&key).contains("did not verify who touched it"));
    key.chip().flags = VERIFIED;
    assert!(broken(&key).contains("nobody touched it"));
    key.chip().flags = PRESENT | VERIFIED;
    key.chip().relying_party = "openpass.example".to_owned();
    assert!(broken(&key).contains("another relying party"));
}

#[test]
fn case_64_a_credential_in_any_other_form_is_refused() {
    type Rewrite = fn(Vec<u8>) -> Vec<u8>;
    /// Where the credential's id ends and its key begins.
    const KEY: usize = 37 + 16 + 2 + 48;
    let forms: [(Rewrite, &str); 9] = [
        (|_| Vec::new(), "form"),
        (|data| data[..36].to_vec(), "form"),
        (|data| data[..KEY - 1].to_vec(), "form"),
        (|data| changed(data, 32, 0x40), "form"),
        (|data| changed(data, 32, 0x80), "form"),
        // A length of the id that leaves nothing, or more than there is.
        (|data| changed(data, 37 + 16, 0x7f), "form"),
        // Another algorithm, a bent point, and more behind it.
        (|data| changed(data, KEY + 4, 1), "not an ES256 key"),
        (|data| changed(data, KEY + 10, 1), "not an ES256 key"),
        (|data| [data, vec![0]].concat(), "not an ES256 key"),
    ];
    for (number, (rewrite, words)) in forms.into_iter().enumerate() {
        let key = Soft::new();
        key.chip().rewrites = rewrite;
        let said = broken(&key);
        assert!(said.contains(words), "{number}: {said}");
    }
}

fn changed(mut data: Vec<u8>, at: usize, bits: u8) -> Vec<u8> {
    data[at] ^= bits;
    data
}

#[test]
fn a_label_that_is_none_makes_no_approver() {
    let fresh = SecurityKeyAuthenticator::new(Soft::new(), Person::typing(PIN), []);
    let said = block_on(fresh.register(&"x".repeat(65), SINCE, MINUTE)).unwrap_err();
    assert!(matches!(said, AuthError::Backend(_)), "{said}");
}
