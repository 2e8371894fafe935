//! What a key signs, and that nothing else is taken for it.

use std::sync::Arc;

use futures_lite::future::block_on;
use openpass_approval::{Approver, Approvers, AssertionError, TouchError};
use openpass_auth::{
    Assertion, AuthError, Authenticator as _, Binding, Challenge, Factor, FactorSet, Unavailable,
};
use openpass_auth_fido2::{SecurityKeyAuthenticator, Verifies};

use crate::{
    PIN, SCOPE, asked, binding, bound_to, enrolled,
    person::Person,
    soft::{PRESENT, Soft, VERIFIED},
};

fn signed(key: &Soft, approver: &Approver) -> Assertion {
    let evidence = asked(key, &Person::typing(PIN), approver).unwrap();
    assert_eq!(evidence.factor(), Factor::SecurityKey);
    evidence.signature().unwrap().clone()
}

/// What a guard says of it.
fn verified(
    approvers: &Approvers,
    binding: &Binding,
    assertion: &Assertion,
) -> Result<Option<u32>, AssertionError> {
    let approval = approvers.verify(binding, Factor::SecurityKey, assertion)?;
    Ok(approval.counter())
}

fn only(approver: &Approver) -> Approvers {
    Approvers::of(SCOPE).with(approver.clone())
}

/// Why the authenticator itself takes what `key` signs for no answer.
fn refused(key: &Soft, approver: &Approver) -> String {
    let refused = asked(key, &Person::typing(PIN), approver).unwrap_err();
    assert!(matches!(refused, AuthError::Backend(_)), "{refused}");
    refused.to_string()
}

#[test]
fn a_touch_signs_what_was_asked_and_a_guard_takes_it() {
    let (key, approver) = enrolled();
    let person = Person::typing(PIN);
    let asks = SecurityKeyAuthenticator::new(key.clone(), Arc::clone(&person), [approver.clone()]);
    let challenge = bound_to(binding());
    assert_eq!(asks.available(), Ok(()));
    let evidence = block_on(asks.authenticate(&challenge)).unwrap();
    assert!(evidence.answers(&challenge));
    let assertion = evidence.signature().unwrap();
    assert_eq!(assertion.approver(), approver.id().as_str());
    // The second thing that it signed: the first was its own making.
    assert_eq!(
        verified(&only(&approver), &binding(), assertion),
        Ok(Some(2))
    );
    assert_eq!(
        person.screen.questions.lock().unwrap().as_slice(),
        ["raise agent codex to admin"]
    );
}

#[test]
fn a_key_with_a_sensor_of_its_own_needs_no_pin() {
    let (key, approver) = enrolled();
    key.chip().verifies = Verifies::BuiltIn;
    let evidence = asked(&key, &Person::typing(""), &approver).unwrap();
    let assertion = evidence.signature().unwrap();
    assert!(verified(&only(&approver), &binding(), assertion).is_ok());
}

#[test]
fn case_64_an_assertion_over_another_digest_or_nonce_or_place_is_refused() {
    let (key, approver) = enrolled();
    let assertion = signed(&key, &approver);
    let others = [
        (Binding::new([9; 32], [3; 32]).within(SCOPE), "digest"),
        (Binding::new([2; 32], [9; 32]).within(SCOPE), "nonce"),
        (binding().between([1; 32], [0; 32]), "seal before"),
        (binding().between([0; 32], [1; 32]), "seal after"),
    ];
    for (other, what) in others {
        let said = verified(&only(&approver), &other, &assertion);
        assert_eq!(said, Err(TouchError::Signature.into()), "{what}");
    }
    let elsewhere = Binding::new([2; 32], [3; 32]).within([8; 16]);
    let approvers = Approvers::of([8; 16]).with(approver);
    let said = verified(&approvers, &elsewhere, &assertion);
    assert_eq!(said, Err(TouchError::Signature.into()));
}

#[test]
fn case_64_an_assertion_of_another_relying_party_is_refused() {
    let (key, approver) = enrolled();
    key.chip().relying_party = "https://example.org".to_owned();
    assert!(refused(&key, &approver).contains("another relying party"));
}

#[test]
fn case_64_an_assertion_without_verification_or_presence_is_refused() {
    let (key, approver) = enrolled();
    key.chip().flags = PRESENT;
    assert!(refused(&key, &approver).contains("did not verify who touched it"));
    key.chip().flags = VERIFIED;
    assert!(refused(&key, &approver).contains("nobody touched it"));
}

#[test]
fn case_64_flags_that_were_set_after_signing_are_refused() {
    let (key, approver) = enrolled();
    key.chip().flags = PRESENT;
    // Between key and program, where the signature is no longer made.
    key.chip().driver = |mut data| {
        data[32] |= VERIFIED;
        data
    };
    assert!(refused(&key, &approver).contains("does not hold"));
}

#[test]
fn case_64_an_assertion_of_another_key_is_refused() {
    let (key, approver) = enrolled();
    // It has the credential's id, which is no secret, and not its key.
    let other = Soft::with_secret(9);
    other.chip().credentials = key.chip().credentials.clone();
    assert!(refused(&other, &approver).contains("does not hold"));
}

#[test]
fn case_64_authenticator_data_of_another_length_is_refused() {
    let (key, approver) = enrolled();
    let rewrites: [fn(Vec<u8>) -> Vec<u8>; 4] = [
        |data| data[..36].to_vec(),
        |data| [data, vec![0]].concat(),
        |_| Vec::new(),
        |mut data| {
            data[32] |= 0x80;
            data
        },
    ];
    for rewrite in rewrites {
        key.chip().rewrites = rewrite;
        assert!(refused(&key, &approver).contains("not that of an assertion"));
    }
}

#[test]
fn case_64_a_counter_that_went_back_is_refused() {
    let (key, approver) = enrolled();
    let copy = key.copied();
    let first = verified(&only(&approver), &binding(), &signed(&key, &approver));
    let counted = first.unwrap().unwrap();
    let approvers = only(&approver).having_counted(approver.id().as_str(), counted);
    let of_the_copy = signed(&copy, &approver);
    let said = verified(&approvers, &binding(), &of_the_copy);
    assert_eq!(said, Err(TouchError::CounterWentBack.into()));
    // The key itself goes on.
    assert!(verified(&approvers, &binding(), &signed(&key, &approver)).is_ok());
}

#[test]
fn case_64_an_assertion_is_no_answer_to_another_challenge() {
    let (key, approver) = enrolled();
    let person = Person::typing(PIN);
    let asks = SecurityKeyAuthenticator::new(key, person, [approver.clone()]);
    let (one, two) = (
        bound_to(binding()),
        bound_to(Binding::new([2; 32], [4; 32]).within(SCOPE)),
    );
    let evidence = block_on(asks.authenticate(&one)).unwrap();
    assert!(!evidence.answers(&two));
    let said = verified(
        &only(&approver),
        two.binding_for(Factor::SecurityKey).unwrap(),
        evidence.signature().unwrap(),
    );
    assert_eq!(said, Err(TouchError::Signature.into()));
}

#[test]
fn case_65_an_assertion_is_of_no_other_approver_time_or_factor() {
    let (key, approver) = enrolled();
    let assertion = signed(&key, &approver);
    let later = Assertion::new(
        assertion.approver(),
        assertion.at() + 1,
        assertion.proof().clone(),
    );
    let said = verified(&only(&approver), &binding(), &later);
    assert_eq!(said, Err(TouchError::Signature.into()));
    let said = only(&approver).verify(&binding(), Factor::Biometry, &assertion);
    assert_eq!(said.unwrap_err(), AssertionError::OtherKind);
    let said = verified(&Approvers::of(SCOPE), &binding(), &assertion);
    assert_eq!(said, Err(AssertionError::NotAnApprover));
}

#[test]
fn case_65_the_key_is_asked_for_a_yes_in_this_place_alone() {
    let (key, approver) = enrolled();
    let assertion = signed(&key, &approver);
    let asked = key.chip().asked.clone();
    let scope = "07".repeat(16);
    let [client_data] = asked.as_slice() else {
        panic!("it was asked {} times", asked.len());
    };
    assert!(
        client_data.contains(&format!(r#""origin":"openpass:{scope}""#)),
        "{client_data}"
    );
    let approval = only(&approver).verify(&binding(), Factor::SecurityKey, &assertion);
    assert_eq!(approval.unwrap().statement().factor(), "security-key");
}

#[test]
fn where_nothing_can_be_signed_nobody_is_asked() {
    let (key, approver) = enrolled();
    let person = Person::typing(PIN);
    let asks = SecurityKeyAuthenticator::new(key, Arc::clone(&person), [approver]);
    let accepts = FactorSet::only(Factor::SecurityKey);
    let what = || openpass_auth::SafeText::literal("do something");
    let minute = std::time::Duration::from_secs(60);
    let unbound = Challenge::new(what(), accepts, minute);
    let nowhere =
        Challenge::new(what(), accepts, minute).bound_to(Binding::new([2; 32], [3; 32]), accepts);
    for challenge in [unbound, nowhere] {
        let said = block_on(asks.authenticate(&challenge)).unwrap_err();
        let unavailable = matches!(
            &said,
            AuthError::Unavailable(Unavailable::SecurityKey { .. })
        );
        assert!(unavailable, "{said}");
    }
    assert_eq!(person.was_shown(), 0);
}

#[test]
fn a_challenge_that_takes_only_what_is_signed_is_answered() {
    let (key, approver) = enrolled();
    let asks = SecurityKeyAuthenticator::new(key, Person::typing(PIN), [approver]);
    let challenge = bound_to(binding()).with_signed_only(Factor::SecurityKey.into());
    assert!(block_on(asks.authenticate(&challenge)).is_ok());
}
