//! Abuse case 64: keys that nobody knows yet, and keys that are known twice.

use openpass_approval::{Approver, Approvers, AssertionError, SeededKey};
use openpass_auth::{Assertion, Factor};

use crate::common::{AT, SCOPE, all, approvers, binding, enclave, passphrase, with_proof};

#[test]
fn case_64_a_newcomer_is_enrolled_only_where_that_was_asked_for() {
    let key = passphrase();
    let shown = key.sign(&binding(), Factor::Passphrase, AT).unwrap();
    let verify =
        |approvers: &Approvers, factor, it: &Assertion| approvers.verify(&binding(), factor, it);
    let first = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    let approval = verify(&first, Factor::Passphrase, &shown).unwrap();
    assert_eq!(approval.enrolled().unwrap().id(), key.public().id());

    let not_one = Err(AssertionError::NotAnApprover);
    assert_eq!(
        verify(&Approvers::of(SCOPE), Factor::Passphrase, &shown),
        not_one
    );
    // It shows nothing, another key, or no key at all.
    let hidden = with_proof(&shown, shown.proof().clone());
    assert_eq!(verify(&first, Factor::Passphrase, &hidden), not_one);
    let other = SeededKey::from_seed([6; 32]);
    let other = other.sign(&binding(), Factor::Passphrase, AT).unwrap();
    let swapped = hidden.clone().presenting(*other.presented().unwrap());
    assert_eq!(verify(&first, Factor::Passphrase, &swapped), not_one);
    // Its own signature by the key that it shows, under another's name.
    let named = Assertion::new("A".repeat(43), AT, shown.proof().clone());
    let named = named.presenting(*shown.presented().unwrap());
    assert_eq!(verify(&first, Factor::Passphrase, &named), not_one);
    let weak = Assertion::new(key.public().id().as_str(), AT, shown.proof().clone());
    assert_eq!(
        verify(&first, Factor::Passphrase, &weak.presenting([0; 32])),
        not_one
    );
    // Another factor enrols nobody.
    for factor in Factor::ALL {
        if factor != Factor::Passphrase {
            let signed = key.sign(&binding(), factor, AT).unwrap();
            let enrolling = Approvers::of(SCOPE).enrolling(factor);
            assert_eq!(verify(&enrolling, factor, &signed), not_one);
            assert_eq!(verify(&first, factor, &signed), not_one);
        }
    }
}

#[test]
fn case_64_a_newcomer_beside_an_approver_of_its_kind_is_refused() {
    let other = SeededKey::from_seed([6; 32]);
    let shown = other.sign(&binding(), Factor::Passphrase, AT).unwrap();
    let known = approvers().enrolling(Factor::Passphrase);
    let error = known
        .verify(&binding(), Factor::Passphrase, &shown)
        .unwrap_err();
    assert_eq!(error, AssertionError::NotAnApprover);
    // The one that is there counts as ever, and is nobody new.
    let own = passphrase()
        .sign(&binding(), Factor::Passphrase, AT)
        .unwrap();
    let approval = known.verify(&binding(), Factor::Passphrase, &own).unwrap();
    assert_eq!(approval.enrolled(), None);
    // The first passphrase beside approvers of other kinds.
    let [_, mac, blue] = all();
    let without = Approvers::of(SCOPE).with(mac).with(blue);
    let without = without.enrolling(Factor::Passphrase);
    assert!(
        without
            .verify(&binding(), Factor::Passphrase, &shown)
            .is_ok()
    );
}

#[test]
fn case_64_one_key_under_two_kinds_counts_for_the_first_alone() {
    let key = enclave().public();
    let biometry = Approver::new(Factor::Biometry, key.clone(), "", "", None).unwrap();
    let device = Approver::new(Factor::Device, key, "", "", None).unwrap();
    let approvers = Approvers::of(SCOPE).with(biometry).with(device);
    assert_eq!(approvers.all().len(), 1);
    let signed = enclave().sign(&binding(), Factor::Device);
    let error = approvers
        .verify(&binding(), Factor::Device, &signed)
        .unwrap_err();
    assert_eq!(error, AssertionError::OtherKind);
}
