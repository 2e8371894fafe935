//! Which enrolment the system is read to have, by both properties.

mod common;

use std::sync::Arc;

use common::{AT_THE_MACHINE, ask, leaves_no_trace, pinned_now, unavailable};
use openpass_auth::{Authenticator, Factor, FirstAvailable, Script as Person, Unavailable};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_macos_gnustep::{Answers, Pinned, Script, StateApi, set};

fn system(state_api: StateApi, state: Option<&'static [u8]>) -> Script {
    Script {
        state_api,
        state,
        ..Script::default()
    }
}

const APIS: [StateApi; 2] = [StateApi::DomainState, StateApi::Evaluated];

#[test]
fn the_pinned_enrolment_answers_whichever_property_tells_it() {
    for api in APIS {
        let stage = set();
        stage.begin(system(api, Some(b"mine")));
        let finger = pinned_now(&Pinned::nothing());
        assert_eq!(finger.available(), Ok(()));
        assert_eq!(ask(&finger).unwrap().factor(), Factor::Biometry);
        leaves_no_trace(&stage);
    }
}

#[test]
fn case_30_another_enrolment_or_none_asks_for_the_passphrase_first() {
    for api in APIS {
        for state in [Some(b"another's".as_slice()), Some(b"".as_slice()), None] {
            let stage = set();
            stage.begin(system(api, Some(b"mine")));
            let finger = pinned_now(&Pinned::nothing());
            stage.begin(system(api, state));
            assert_eq!(finger.available(), Err(Unavailable::EnrolmentChanged));
            assert_eq!(unavailable(ask(&finger)), Unavailable::EnrolmentChanged);
            assert_eq!(stage.reasons(), [""; 0]);
            leaves_no_trace(&stage);
        }
    }
}

#[test]
fn case_30_the_same_value_from_the_other_property_asks_for_the_passphrase_first() {
    let stage = set();
    stage.begin(system(StateApi::Evaluated, Some(b"mine")));
    let finger = pinned_now(&Pinned::nothing());
    stage.begin(system(StateApi::DomainState, Some(b"mine")));
    assert_eq!(unavailable(ask(&finger)), Unavailable::EnrolmentChanged);
    leaves_no_trace(&stage);
}

#[test]
fn case_30_a_finger_enrolled_while_the_dialog_is_up_does_not_count() {
    let stage = set();
    let finger = pinned_now(&Pinned::nothing());
    stage.begin(Script {
        answers: Answers::EnrolsThenYes,
        ..Script::default()
    });
    assert_eq!(unavailable(ask(&finger)), Unavailable::EnrolmentChanged);
    assert_eq!(stage.reasons().len(), 1);
    leaves_no_trace(&stage);
}

#[test]
fn case_30_the_first_use_and_a_changed_enrolment_go_by_the_passphrase_once() {
    let stage = set();
    let finger = BiometricAuthenticator::in_session(Pinned::nothing(), AT_THE_MACHINE);
    let answers = vec![Ok(()), Ok(())];
    let passphrase = Arc::new(Person::answering(Factor::Passphrase, answers));
    let renews = RenewsPin::new(passphrase, finger.clone());
    let chain = FirstAvailable::new(vec![Arc::new(finger.clone()), Arc::new(renews)]);

    assert_eq!(finger.available(), Err(Unavailable::EnrolmentUnknown));
    for enrolled in [b"mine".as_slice(), b"another's".as_slice()] {
        stage.change(system(StateApi::DomainState, Some(enrolled)));
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Passphrase);
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Biometry);
    }
    leaves_no_trace(&stage);
}
