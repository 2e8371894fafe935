//! Abuse case 64: what a security key's authenticator data must say.

use openpass_approval::{Approval, AssertionError, TouchError, client_data};
use openpass_auth::{Factor, Proof};

use crate::common::{
    SecurityKey, UP_UV, approvals, approvers, binding, bytes, proof, security_key, with_proof,
};

fn verify(key: &SecurityKey) -> Result<Approval, TouchError> {
    after(key, 0)
}

/// The same where the key's counter was `last` before.
fn after(key: &SecurityKey, last: u32) -> Result<Approval, TouchError> {
    let id = key.key.public().id();
    let approvers = approvers().having_counted(id.as_str(), last);
    let verified = approvers.verify(&binding(), Factor::SecurityKey, &key.touch(&binding()));
    verified.map_err(|error| match error {
        AssertionError::Touch(error) => error,
        other => panic!("{other:?}"),
    })
}

/// The good key, but for one thing.
fn but(change: impl FnOnce(&mut SecurityKey)) -> SecurityKey {
    let mut key = security_key();
    change(&mut key);
    key
}

#[test]
fn case_64_a_security_key_for_another_relying_party_is_refused() {
    for other in ["", "openpass", "openpass:x", "example.org", "ssh:"] {
        let key = but(|key| key.relying_party = other);
        assert_eq!(verify(&key), Err(TouchError::OtherRelyingParty), "{other}");
    }
}

#[test]
fn case_64_a_security_key_that_nobody_touched_or_that_did_not_verify_whom_is_refused() {
    assert_eq!(
        verify(&but(|key| key.flags = 0)),
        Err(TouchError::NotPresent)
    );
    assert_eq!(
        verify(&but(|key| key.flags = 0b100)),
        Err(TouchError::NotPresent)
    );
    assert_eq!(
        verify(&but(|key| key.flags = 0b001)),
        Err(TouchError::NotVerified)
    );
}

#[test]
fn case_64_a_security_key_that_contradicts_itself_is_refused() {
    let backed_up = |flags| move |key: &mut SecurityKey| key.flags = UP_UV | flags;
    assert!(verify(&but(backed_up(0b0_1000))).is_ok());
    assert!(verify(&but(backed_up(0b1_1000))).is_ok());
    assert_eq!(verify(&but(backed_up(0b1_0000))), Err(TouchError::Form));
    // It says that more follows, and nothing does.
    assert_eq!(verify(&but(backed_up(1 << 6))), Err(TouchError::Form));
    assert_eq!(verify(&but(backed_up(1 << 7))), Err(TouchError::Form));
    // More follows, said or not.
    for flags in [UP_UV, UP_UV | 1 << 7] {
        let key = but(|key| (key.flags, key.more) = (flags, &[0xa0]));
        assert_eq!(verify(&key), Err(TouchError::Form));
    }
}

#[test]
fn case_64_authenticator_data_of_any_other_length_is_refused() {
    let assertion = security_key().touch(&binding());
    let (signature, data) = bytes(&assertion);
    let data = data.unwrap();
    let mut others: Vec<Vec<u8>> = (0..37).map(|at| data[..at].to_vec()).collect();
    others.push([data.clone(), vec![0; 1 << 20]].concat());
    for other in others {
        let other = with_proof(&assertion, proof(signature.clone(), Some(other)));
        let error = approvers().verify(&binding(), Factor::SecurityKey, &other);
        assert_eq!(error, Err(AssertionError::Touch(TouchError::Form)));
    }
}

#[test]
fn case_64_a_counter_that_went_back_or_stood_still_is_refused() {
    assert_eq!(after(&security_key(), 40).unwrap().counter(), Some(41));
    for last in [41, 42, u32::MAX] {
        assert_eq!(
            after(&security_key(), last),
            Err(TouchError::CounterWentBack)
        );
    }
    // A key that does not count says zero for ever; one that did count does not.
    let silent = but(|key| key.counter = 0);
    assert_eq!(after(&silent, 0).unwrap().counter(), Some(0));
    assert_eq!(after(&silent, 1), Err(TouchError::CounterWentBack));
    let last = but(|key| key.counter = u32::MAX);
    assert_eq!(
        after(&last, u32::MAX - 1).unwrap().counter(),
        Some(u32::MAX)
    );
    assert_eq!(
        after(&but(|key| key.counter = 256), 255).unwrap().counter(),
        Some(256)
    );
}

/// The counter of another key is not this one's.
#[test]
fn each_security_key_has_a_counter_of_its_own() {
    let approvers = approvers().having_counted("A".repeat(43), 1000);
    let touched = security_key().touch(&binding());
    assert!(
        approvers
            .verify(&binding(), Factor::SecurityKey, &touched)
            .is_ok()
    );
}

#[test]
fn case_64_client_data_of_another_type_origin_or_challenge_is_refused() {
    let [_, _, approval] = approvals();
    let ours = client_data(approval.statement());
    let others = [
        ours.replace("webauthn.get", "webauthn.create"),
        ours.replace("openpass:07", "openpass:08"),
        ours.replace("openpass:07", "https://07"),
        ours.replace("false", "true"),
        ours.replace(":false}", ": false}"),
        ours.replace(r#""challenge":""#, r#""challenge":"A"#),
    ];
    for other in others {
        assert_ne!(other, ours);
        let (authenticator_data, signature) = security_key().signed(&other);
        let proof = Proof::WebAuthn {
            authenticator_data,
            signature,
        };
        let touched = with_proof(&security_key().touch(&binding()), proof);
        let error = approvers().verify(&binding(), Factor::SecurityKey, &touched);
        assert_eq!(
            error,
            Err(AssertionError::Touch(TouchError::Signature)),
            "{other}"
        );
    }
}
