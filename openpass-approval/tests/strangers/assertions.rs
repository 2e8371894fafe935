//! Abuse case 64: an assertion that is not the approver's over this very question.

use openpass_approval::{Approvers, AssertionError, PublicKey, SeededKey, TouchError};
use openpass_auth::{Assertion, Binding, Factor, Proof};

use crate::common::{
    AT, SCOPE, all, approvers, binding, bytes, passphrase, proof, security_key, signed, with_proof,
};

/// What is said of `assertion` as an answer to `binding`.
fn refused(binding: &Binding, factor: Factor, assertion: &Assertion) -> AssertionError {
    approvers().verify(binding, factor, assertion).unwrap_err()
}

/// What is said of a signature of this factor's approver that does not hold.
const fn broken(factor: Factor) -> AssertionError {
    match factor {
        Factor::SecurityKey => AssertionError::Touch(TouchError::Signature),
        _ => AssertionError::Signature,
    }
}

#[test]
fn each_approvers_own_assertion_counts_and_says_who_and_what() {
    for (approver, (factor, assertion)) in all().iter().zip(signed(&binding())) {
        let approval = approvers().verify(&binding(), factor, &assertion).unwrap();
        assert_eq!(approval.approver(), approver);
        assert_eq!(approval.enrolled(), None);
        let statement = approval.statement();
        assert_eq!(statement.approver(), approver.id().as_str());
        assert_eq!(statement.factor(), factor.as_str());
        assert_eq!(statement.at(), AT.to_string());
        assert_eq!(statement.scope(), "07".repeat(16));
        assert_eq!(statement.digest(), "02".repeat(32));
        assert_eq!(statement.nonce(), "03".repeat(32));
        let zeros = "00".repeat(32);
        assert_eq!(statement.seals(), (zeros.as_str(), zeros.as_str()));
        let touched = (factor == Factor::SecurityKey).then_some(41);
        assert_eq!(approval.counter(), touched);
    }
}

#[test]
fn case_64_an_assertion_over_another_question_is_refused() {
    let (digest, nonce) = ([2; 32], [3; 32]);
    let questions = [
        ("digest", Binding::new([8; 32], nonce).within(SCOPE)),
        (
            "nonce: replayed",
            Binding::new(digest, [8; 32]).within(SCOPE),
        ),
        ("seal before", binding().between([8; 32], [0; 32])),
        ("seal after", binding().between([0; 32], [8; 32])),
    ];
    for (what, question) in questions {
        for (factor, assertion) in signed(&binding()) {
            assert_eq!(
                refused(&question, factor, &assertion),
                broken(factor),
                "{what}"
            );
        }
    }
}

#[test]
fn case_64_an_assertion_of_another_scope_is_refused_wherever_the_scope_is_changed() {
    let elsewhere = Binding::new([2; 32], [3; 32]).within([8; 16]);
    for (factor, assertion) in signed(&elsewhere) {
        // Asked elsewhere: these approvers have no say there.
        assert_eq!(
            refused(&elsewhere, factor, &assertion),
            AssertionError::OtherScope
        );
        // Signed elsewhere, and handed in here.
        assert_eq!(refused(&binding(), factor, &assertion), broken(factor));
    }
    for (factor, assertion) in signed(&binding()) {
        let nowhere = Binding::new([2; 32], [3; 32]);
        assert_eq!(
            refused(&nowhere, factor, &assertion),
            AssertionError::OtherScope
        );
        let none = Approvers::default();
        for binding in [&binding(), &nowhere] {
            let error = none.verify(binding, factor, &assertion).unwrap_err();
            assert_eq!(error, AssertionError::OtherScope);
        }
    }
}

#[test]
fn case_64_an_assertion_at_another_time_is_refused() {
    for (factor, assertion) in signed(&binding()) {
        let later = Assertion::new(assertion.approver(), AT + 1, assertion.proof().clone());
        assert_eq!(refused(&binding(), factor, &later), broken(factor));
    }
}

#[test]
fn case_64_an_assertion_by_another_key_is_refused() {
    let other = SeededKey::from_seed([6; 32]);
    let assertion = other.sign(&binding(), Factor::Passphrase, AT).unwrap();
    let error = refused(&binding(), Factor::Passphrase, &assertion);
    assert_eq!(error, AssertionError::NotAnApprover);
    // It says that it is the approver's.
    let id = passphrase().public().id();
    let named = Assertion::new(id.as_str(), AT, assertion.proof().clone());
    let error = refused(&binding(), Factor::Passphrase, &named);
    assert_eq!(error, AssertionError::Signature);
}

#[test]
fn case_64_an_assertion_for_another_factor_is_refused() {
    for (factor, assertion) in signed(&binding()) {
        for other in Factor::ALL.into_iter().filter(|it| *it != factor) {
            let error = refused(&binding(), other, &assertion);
            assert_eq!(error, AssertionError::OtherKind, "{factor} as {other}");
        }
    }
    // Signed for another factor than the one that the key stands for.
    let as_biometry = passphrase().sign(&binding(), Factor::Biometry, AT).unwrap();
    let error = refused(&binding(), Factor::Passphrase, &as_biometry);
    assert_eq!(error, AssertionError::Signature);
}

#[test]
fn case_64_an_assertion_in_another_form_is_refused() {
    for (factor, assertion) in signed(&binding()) {
        let (signature, data) = bytes(&assertion);
        let data = data.is_none().then(|| vec![0; 37]);
        let other = with_proof(&assertion, proof(signature, data));
        assert_eq!(
            refused(&binding(), factor, &other),
            AssertionError::OtherForm
        );
    }
    // The security key's own key, used as an enclave's is.
    let jws = security_key().key.sign(&binding(), Factor::SecurityKey);
    let error = refused(&binding(), Factor::SecurityKey, &jws);
    assert_eq!(error, AssertionError::OtherForm);
}

#[test]
fn case_64_an_assertion_by_another_algorithm_is_refused() {
    let (_, ed25519) = &signed(&binding())[0];
    let (_, p256) = &signed(&binding())[1];
    let crossed = with_proof(p256, ed25519.proof().clone());
    let error = refused(&binding(), Factor::Biometry, &crossed);
    assert_eq!(error, AssertionError::Signature);
    let crossed = with_proof(ed25519, p256.proof().clone());
    let error = refused(&binding(), Factor::Passphrase, &crossed);
    assert_eq!(error, AssertionError::Signature);
}

#[test]
fn case_64_an_assertion_of_any_other_length_is_refused() {
    for (factor, assertion) in signed(&binding()) {
        let (signature, data) = bytes(&assertion);
        let mut others: Vec<Vec<u8>> = (0..signature.len())
            .map(|at| signature[..at].to_vec())
            .collect();
        for more in [1, 64, 1 << 20] {
            others.push([signature.clone(), vec![0; more]].concat());
        }
        for other in others {
            let length = other.len();
            let other = with_proof(&assertion, proof(other, data.clone()));
            assert_eq!(
                refused(&binding(), factor, &other),
                broken(factor),
                "{length} bytes"
            );
        }
    }
}

#[test]
fn case_64_an_approver_with_a_megabyte_for_a_name_is_none() {
    for (factor, assertion) in signed(&binding()) {
        for name in [String::new(), "A".repeat(43), "A".repeat(1 << 20)] {
            let other = Assertion::new(name, AT, assertion.proof().clone());
            let error = refused(&binding(), factor, &other);
            assert_eq!(error, AssertionError::NotAnApprover);
        }
    }
}

#[test]
fn signatures_count_only_for_factors_of_which_there_is_an_approver_and_a_place() {
    assert_eq!(approvers().factors().iter().count(), 3);
    assert!(Approvers::of(SCOPE).factors().is_empty());
    let first = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    assert!(first.factors().iter().eq([Factor::Passphrase]));
    let nowhere = Approvers::default().enrolling(Factor::Passphrase);
    assert!(nowhere.with(all()[0].clone()).factors().is_empty());
}

#[test]
fn nothing_is_signed_where_nothing_could_be_told_apart() {
    let nowhere = Binding::new([2; 32], [3; 32]);
    assert!(
        passphrase()
            .sign(&nowhere, Factor::Passphrase, AT)
            .is_none()
    );
    let public: PublicKey = passphrase().public();
    assert!(openpass_approval::ToSign::about(&nowhere, Factor::Passphrase, &public, AT).is_none());
}

#[test]
fn an_assertion_shows_no_more_of_itself_than_it_must() {
    let (_, assertion) = &signed(&binding())[2];
    let Proof::WebAuthn { signature, .. } = assertion.proof() else {
        panic!("a security key's")
    };
    let shown = format!("{assertion:?} {:?}", passphrase());
    assert!(!shown.contains(&format!("{signature:?}")));
    assert!(shown.ends_with("SeededKey(..)"));
}
