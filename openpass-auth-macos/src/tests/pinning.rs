//! Which fingers count, and what makes them count.

use std::sync::{Arc, Mutex, atomic::Ordering::SeqCst};

use openpass_auth::{AuthError, Authenticator, Factor, FirstAvailable, Script, Unavailable};

use super::{
    ask,
    fake::{Does, Machine, Memory, fingers},
    reason,
};
use crate::{RenewsPin, biometry_first::in_turn};

#[test]
fn case_30_a_finger_enrolled_since_the_last_passphrase_does_not_count() {
    let machine = Machine::that(Does::SaysYes);
    let finger = machine.asks(&Memory::pinned("mine, before"));
    assert_eq!(finger.available(), Err(Unavailable::EnrolmentChanged));
    assert_eq!(reason(ask(&finger)), Unavailable::EnrolmentChanged);
    assert_eq!(machine.dialogs(), 0);
}

#[test]
fn case_30_a_finger_enrolled_while_the_dialog_is_up_does_not_count() {
    let machine = Machine::that(Does::EnrolsAndSaysYes);
    let finger = machine.asks(&Memory::pinned("mine"));
    assert_eq!(reason(ask(&finger)), Unavailable::EnrolmentChanged);
}

#[test]
fn case_30_without_a_pin_or_with_an_unreadable_one_no_finger_counts() {
    let broken = Memory {
        broken: true,
        ..Memory::default()
    };
    for store in [Arc::new(Memory::default()), Arc::new(broken)] {
        let machine = Machine::that(Does::SaysYes);
        let finger = machine.asks(&store);
        assert_eq!(reason(ask(&finger)), Unavailable::EnrolmentUnknown);
        assert_eq!(machine.dialogs(), 0);
    }
}

#[test]
fn case_30_a_passphrase_pins_the_enrolment_and_then_fingers_count_again() {
    for store in [Arc::new(Memory::default()), Memory::pinned("before")] {
        let machine = Machine::that(Does::SaysYes);
        let finger = machine.asks(&store);
        let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
        let passphrase = Arc::new(RenewsPin::new(passphrase, finger.clone()));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase.clone()]);
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Passphrase);
        assert!(passphrase.take_failure().is_none());
        assert_eq!(ask(&chain).unwrap().factor(), Factor::Biometry);
    }
}

#[test]
fn the_passphrase_comes_first_once_and_then_the_finger_alone() {
    let store = Arc::new(Memory::default());
    let machine = Machine::that(Does::SaysYes);
    let person = Script::new().yes(Factor::Passphrase);
    let ways = in_turn(machine.asks(&store), person.clone());
    assert_eq!(ask(&ways).unwrap().factor(), Factor::Passphrase);
    assert_eq!(ask(&ways).unwrap().factor(), Factor::Biometry);
    assert_eq!(person.asked().len(), 1);
}

#[test]
fn case_30_nothing_but_a_verified_passphrase_renews_the_pin() {
    let store = Memory::pinned("before");
    let machine = Machine::that(Does::SaysYes);
    let another = Machine::that(Does::SaysYes).asks(&Memory::pinned("mine"));
    let factor = Factor::Passphrase;
    let wrong = Script::answering(factor, vec![Err(AuthError::Rejected { factor })]);
    let inner: [Arc<dyn Authenticator>; 3] = [
        Arc::new(wrong),
        Arc::new(Script::new().yes(Factor::Biometry)),
        Arc::new(another),
    ];
    for inner in inner {
        let wrapped = RenewsPin::new(inner, machine.asks(&store));
        drop(ask(&wrapped));
        assert_eq!(*store.pin.lock().unwrap(), Some(fingers("before")));
    }
    assert_eq!(machine.contexts.load(SeqCst), 0);
}

#[test]
fn a_renewal_that_fails_keeps_the_evidence_and_the_old_pin_and_says_why() {
    let broken = Arc::new(Memory {
        broken: true,
        ..Memory::default()
    });
    let no_state = Arc::new(Machine {
        enrolled: Mutex::new(None),
        ..Machine::default()
    });
    for (machine, store) in [
        (Arc::new(Machine::default()), broken),
        (no_state, Memory::pinned("before")),
    ] {
        let before = *store.pin.lock().unwrap();
        let inner = Arc::new(Script::new().yes(Factor::Passphrase));
        let wrapped = RenewsPin::new(inner, machine.asks(&store));
        assert_eq!(ask(&wrapped).unwrap().factor(), Factor::Passphrase);
        assert!(wrapped.take_failure().is_some());
        assert!(wrapped.take_failure().is_none());
        assert_eq!(*store.pin.lock().unwrap(), before);
    }
}
