//! The contract suite of openpass-auth, with a key in software.

use std::sync::{Arc, Mutex, atomic::Ordering::SeqCst};

use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator, Factor,
    contract::{self, Harness, Scenario},
};
use openpass_auth_fido2::SecurityKeyAuthenticator;

use crate::{
    PIN, enrolled,
    person::{Person, Screen},
    soft::{Soft, Touched},
};

const WRONG: &str = "wrong-pin-1357";

#[derive(Default)]
struct WithAKey {
    screen: Arc<Screen>,
    late: Mutex<Option<Soft>>,
}

#[test]
fn the_authenticator_keeps_the_contract() {
    block_on(contract::run(&WithAKey::default())).assert_holds();
}

impl Harness for WithAKey {
    fn factor(&self) -> Factor {
        Factor::SecurityKey
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        let (key, approver) = enrolled();
        let person = match scenario {
            Scenario::AnswersWrongly => Person::at(&self.screen, WRONG),
            Scenario::Cancels => Person::cancelling(&self.screen),
            _ => Person::at(&self.screen, PIN),
        };
        key.chip().touched = match scenario {
            Scenario::StaysSilent => Touched::Never,
            Scenario::AnswersLate => Touched::WhenSaid,
            _ => Touched::AtOnce,
        };
        if scenario == Scenario::AnswersLate {
            *self.late.lock().unwrap() = Some(key.clone());
        }
        Arc::new(SecurityKeyAuthenticator::new(key, person, [approver]))
    }

    fn prompts_shown(&self) -> usize {
        self.screen.shown.load(SeqCst)
    }

    fn prompt_is_open(&self) -> bool {
        self.screen.open.load(SeqCst) > 0
    }

    /// A touch goes to whoever waits for one now, and is gone.
    fn answer_now(&self) {
        if let Some(key) = &*self.late.lock().unwrap() {
            key.touch_once();
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![PIN.to_owned(), WRONG.to_owned()]
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}
