//! The contract suite of openpass-auth, with a person who types on a pty.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_lite::future;
use openpass_auth::{
    AuthError, Authenticator, Factor, Unavailable,
    contract::{self, Harness, Scenario},
};
use openpass_auth_passphrase::{
    Cancel, Passphrase, PassphraseAuthenticator, PassphrasePrompt, Question, TerminalPrompt,
};

use crate::{
    RIGHT, WRONG,
    child::{OnlyRight, echo_is_on, report, write_to_terminal},
    person::Person,
};

const DONE: &str = "done: ";
/// Says that the person is to answer now, and waits for that.
const NOW: &str = "now";

#[test]
fn the_terminal_keeps_the_contract() {
    let mut person = Person::at("contract");
    loop {
        let heard = person.hears();
        if let Some(found) = heard.strip_prefix(DONE) {
            assert_eq!(found, "the authenticator keeps its contract");
            break;
        }
        if heard == NOW {
            person.types_ahead(&format!("{RIGHT}\r"));
            person.pipes("typed\n");
            continue;
        }
        person.sees(&heading(&heard));
        let keys = match heard.as_str() {
            "Approves" => format!("{RIGHT}\r"),
            "AnswersWrongly" => format!("{WRONG}\r"),
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
    let found = future::block_on(contract::run(&OnPty::default())).to_string();
    // A report is a line.
    report(&format!("{DONE}{}", found.replace('\n', " ")));
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

    fn answer_now(&self) {
        report(NOW);
        std::io::stdin().read_line(&mut String::new()).unwrap();
    }

    fn secrets(&self) -> Vec<String> {
        vec![RIGHT.to_owned(), WRONG.to_owned()]
    }

    fn answers_serve_once(&self) -> bool {
        false
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
