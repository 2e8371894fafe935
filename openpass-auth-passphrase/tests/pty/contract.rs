//! The contract suite of openpass-auth, with a person who types on a pty.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_lite::future;
use openpass_auth::{
    AuthError, Authenticator, Factor, Unavailable,
    contract::{Harness, Scenario, violations},
};
use openpass_auth_passphrase::{
    Cancel, Passphrase, PassphraseAuthenticator, PassphrasePrompt, Question, TerminalPrompt,
};

use crate::{
    RIGHT,
    child::{OnlyRight, echo_is_on, report},
    person::Person,
};

const DONE: &str = "violations: ";

#[test]
fn the_terminal_keeps_the_contract() {
    let mut person = Person::at("contract");
    loop {
        let heard = person.hears();
        if let Some(violations) = heard.strip_prefix(DONE) {
            assert_eq!(violations, "[]");
            break;
        }
        person.sees("Passphrase: ");
        match heard.as_str() {
            "Approves" => person.types(format!("{RIGHT}\r")),
            "AnswersWrongly" => person.types("wrong\r"),
            "Cancels" => person.types("\x03"),
            _ => {}
        }
    }
    assert!(person.terminal_is_as_it_was());
}

/// The child's part: it says what the person is to do, and asks.
pub(crate) fn run() {
    let found = future::block_on(violations(&OnPty::default()));
    report(&format!("{DONE}{found:?}"));
}

#[derive(Default)]
struct OnPty(Arc<AtomicUsize>);

impl Harness for OnPty {
    fn factor(&self) -> Factor {
        Factor::Passphrase
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        let prompt = Counted {
            scenario,
            shown: Arc::clone(&self.0),
        };
        Arc::new(PassphraseAuthenticator::new(prompt, OnlyRight))
    }

    fn prompts_shown(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn prompt_is_open(&self) -> bool {
        !echo_is_on()
    }
}

/// A terminal prompt that counts, and tells the person what to do.
#[derive(Debug)]
struct Counted {
    scenario: Scenario,
    shown: Arc<AtomicUsize>,
}

impl PassphrasePrompt for Counted {
    fn available(&self) -> Result<(), Unavailable> {
        TerminalPrompt::new().available()
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        self.shown.fetch_add(1, Ordering::SeqCst);
        report(&format!("{:?}", self.scenario));
        TerminalPrompt::new().ask(question, cancel)
    }
}
