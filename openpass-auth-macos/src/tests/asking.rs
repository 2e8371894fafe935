//! Asking, and what may come of it.

use std::{
    sync::{Arc, Mutex, atomic::Ordering::SeqCst, mpsc},
    time::Duration,
};

use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Factor, FactorSet, FirstAvailable, SafeText,
    Script, Unavailable,
    contract::{self, Harness, Scenario},
};

use super::{
    ask,
    fake::{Does, Machine, Memory},
    reason,
};
#[cfg(not(target_os = "macos"))]
use crate::BiometricAuthenticator;
use crate::{gate::Session, la_error::Failure, system::Button};

#[derive(Debug)]
struct OnFake {
    machines: Mutex<Vec<Arc<Machine>>>,
}

impl Harness for OnFake {
    fn factor(&self) -> Factor {
        Factor::Biometry
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        let machine = Machine::that(match scenario {
            Scenario::Approves => Does::SaysYes,
            Scenario::AnswersWrongly => Does::SaysNo(Failure::Code(-1)),
            Scenario::Cancels => Does::SaysNo(Failure::Code(-2)),
            _ => Does::StaysSilent,
        });
        self.machines.lock().unwrap().push(Arc::clone(&machine));
        Arc::new(machine.asks(&Memory::pinned("mine")))
    }

    fn prompts_shown(&self) -> usize {
        let machines = self.machines.lock().unwrap();
        machines.iter().map(|machine| machine.dialogs()).sum()
    }

    fn prompt_is_open(&self) -> bool {
        let machines = self.machines.lock().unwrap();
        machines.iter().any(|machine| machine.open.load(SeqCst) > 0)
    }

    fn answer_now(&self) {
        if let Some(machine) = self.machines.lock().unwrap().last() {
            machine.says_yes_now();
        }
    }

    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}

#[test]
fn it_keeps_the_contract_of_authenticators() {
    let machines = Mutex::new(Vec::new());
    block_on(contract::run(&OnFake { machines })).assert_holds();
}

#[cfg(not(target_os = "macos"))]
#[test]
fn elsewhere_it_exists_and_is_not_supported() {
    let finger = BiometricAuthenticator::new(Memory::pinned("mine"));
    assert_eq!(finger.available(), Err(Unavailable::NotSupported));
    assert_eq!(reason(ask(&finger)), Unavailable::NotSupported);
}

#[test]
fn case_31_where_nobody_would_see_it_no_context_is_even_made() {
    for (session, why) in [
        (
            Session::new(0x1010, false, false),
            Unavailable::RemoteSession,
        ),
        (
            Session::new(0x0010, true, false),
            Unavailable::RemoteSession,
        ),
        (
            Session::new(0x0000, false, false),
            Unavailable::NoGraphicSession,
        ),
        (Session::new(0x0010, false, true), Unavailable::RunsAsRoot),
    ] {
        let machine = Arc::new(Machine {
            session,
            ..Machine::default()
        });
        let finger = machine.asks(&Memory::pinned("mine"));
        assert_eq!(reason(ask(&finger)), why);
        assert_eq!(finger.available(), Err(why));
        assert_eq!(machine.contexts.load(SeqCst), 0);
    }
}

#[test]
fn case_28_a_locked_out_sensor_leads_to_the_passphrase_and_shows_nothing() {
    let machine = Arc::new(Machine {
        can_evaluate: Err(Failure::Code(-8)),
        ..Machine::default()
    });
    let finger = machine.asks(&Memory::pinned("mine"));
    assert_eq!(finger.available(), Err(Unavailable::BiometryLockedOut));
    assert_eq!(reason(ask(&finger)), Unavailable::BiometryLockedOut);
    assert_eq!(machine.dialogs(), 0);

    let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
    let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase]);
    assert_eq!(ask(&chain).unwrap().factor(), Factor::Passphrase);
}

#[test]
fn case_29_each_question_has_a_context_of_its_own() {
    let machine = Machine::that(Does::SaysYes);
    let finger = machine.asks(&Memory::pinned("mine"));
    for asked in 1..=3 {
        assert!(ask(&finger).is_ok());
        assert_eq!(machine.contexts.load(SeqCst), asked);
        assert_eq!(machine.dialogs(), asked);
    }
}

#[test]
fn the_passphrase_button_leads_to_the_passphrase_and_a_no_does_not() {
    for (code, factor) in [(-3, Some(Factor::Passphrase)), (-1, None), (-2, None)] {
        let machine = Machine::that(Does::SaysNo(Failure::Code(code)));
        let finger = machine.asks(&Memory::pinned("mine"));
        let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![Arc::new(finger), passphrase.clone()]);
        assert_eq!(ask(&chain).ok().map(|yes| yes.factor()), factor);
        assert_eq!(passphrase.asked().len(), usize::from(factor.is_some()));
    }
}

#[test]
fn the_passphrase_button_is_there_only_when_it_can_lead_somewhere() {
    let finger_only = FactorSet::only(Factor::Biometry);
    let both = FactorSet::from_iter(Factor::ALL);
    for (accepts, biometric_only, button) in [
        (both, false, Button::UsePassphrase),
        (both, true, Button::Hidden),
        (finger_only, false, Button::Hidden),
    ] {
        let machine = Machine::that(Does::SaysYes);
        let mut finger = machine.asks(&Memory::pinned("mine"));
        if biometric_only {
            finger = finger.biometric_only();
        }
        let summary = SafeText::literal("raise it");
        let challenge = Challenge::new(summary, accepts, Duration::from_secs(60));
        assert!(block_on(finger.authenticate(&challenge)).is_ok());
        let shown = machine.shown.lock().unwrap().clone();
        assert_eq!(shown, [("raise it".to_owned(), button)]);
    }
}

#[test]
fn case_33_a_system_that_hangs_before_the_dialog_is_refused_and_never_asks_later() {
    let (release, hangs) = mpsc::channel();
    let machine = Arc::new(Machine {
        hangs: Mutex::new(Some(hangs)),
        ..Machine::default()
    });
    let finger = machine.asks(&Memory::pinned("mine"));
    assert_eq!(finger.available(), Err(Unavailable::NotInteractive));
    drop(release);

    let (release, hangs) = mpsc::channel();
    *machine.hangs.lock().unwrap() = Some(hangs);
    let accepts = FactorSet::only(Factor::Biometry);
    let short = Duration::from_millis(50);
    let challenge = Challenge::new(SafeText::literal("x"), accepts, short);
    let outcome = block_on(finger.authenticate(&challenge));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    // The thread goes on now. It is done when nobody but this test holds the
    // machine's store and context any more.
    drop(release);
    drop(finger);
    while Arc::strong_count(&machine) > 1 {
        std::thread::yield_now();
    }
    assert_eq!(machine.dialogs(), 0);
}

#[test]
fn case_41_what_the_dialog_has_no_room_for_goes_on_to_the_next_and_shows_nothing() {
    let machine = Machine::that(Does::SaysYes);
    let finger = Arc::new(machine.asks(&Memory::pinned("mine")));
    let accepts = FactorSet::from_iter(Factor::ALL);
    let name = SafeText::quoted_whole(&"x".repeat(400));
    let long = || {
        let summary = SafeText::fill("raise agent {}", &[&name]);
        Challenge::new(summary, accepts, Duration::from_secs(60))
    };
    assert_eq!(
        reason(block_on(finger.authenticate(&long()))),
        Unavailable::NoRoom
    );
    let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
    let chain = FirstAvailable::new(vec![finger, passphrase]);
    let evidence = block_on(chain.authenticate(&long())).unwrap();
    assert_eq!(evidence.factor(), Factor::Passphrase);
    assert_eq!(machine.dialogs(), 0);
}

#[test]
fn case_33_an_unknown_failure_ends_the_chain() {
    let machine = Machine::that(Does::SaysNo(Failure::Code(-4242)));
    let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
    let finger = Arc::new(machine.asks(&Memory::pinned("mine")));
    let chain = FirstAvailable::new(vec![finger, passphrase.clone()]);
    assert!(matches!(ask(&chain), Err(AuthError::Backend(_))));
    assert!(passphrase.asked().is_empty());
}

#[test]
fn a_system_that_takes_the_dialog_away_is_told_from_a_person_who_does() {
    for (code, by) in [(-2, CancelledBy::Person), (-4, CancelledBy::System)] {
        let machine = Machine::that(Does::SaysNo(Failure::Code(code)));
        let outcome = ask(&machine.asks(&Memory::pinned("mine")));
        assert!(matches!(outcome, Err(AuthError::Cancelled(found)) if found == by));
    }
}
