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
    child::{OnlyRight, echo_is_on, report, write_to_terminal},
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
        person.sees(&heading(&heard));
        let keys = match heard.as_str() {
            "Approves" => format!("{RIGHT}\r"),
            "AnswersWrongly" => "wrong\r".to_owned(),
            "Cancels" => "\x03".to_owned(),
            // Such a prompt may be gone before it is all shown.
            _ => continue,
        };
        person.sees("Passphrase: ");
        person.types(keys);
    }
    assert!(person.terminal_is_as_it_was());
}

fn heading(scenario: &str) -> String {
    format!("[the person is one who: {scenario}]")
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
        let scenario = format!("{:?}", self.scenario);
        // So that no prompt is taken for the one before it.
        write_to_terminal(&heading(&scenario));
        report(&scenario);
        TerminalPrompt::new().ask(question, cancel)
    }
}
