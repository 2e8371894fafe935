//! The contract suite of openpass-auth, with a dialog.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_lite::future;
use openpass_auth::{
    AuthError, Authenticator, Factor, Unavailable,
    contract::{self, Harness, Scenario},
};
use openpass_auth_passphrase::{
    Cancel, Passphrase, PassphraseAuthenticator, PassphrasePrompt, PinentryPrompt, Question,
};

use crate::{
    RIGHT, WRONG,
    fake::Fake,
    host::{Host, OnlyRight, report},
};

#[test]
fn the_dialog_keeps_the_contract() {
    let fake = Fake::right();
    let said = Host::with("contract", &fake.program()).says();
    assert_eq!(said, "the authenticator keeps its contract");
}

/// The child's part.
pub(crate) fn run() {
    let found = future::block_on(contract::run(&Dialogs::default()));
    report(&found.to_string());
}

#[derive(Default)]
struct Dialogs {
    shown: Arc<AtomicUsize>,
    fakes: std::sync::Mutex<Vec<Arc<Fake>>>,
}

impl Harness for Dialogs {
    fn factor(&self) -> Factor {
        Factor::Passphrase
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        let fake = Arc::new(Fake::that(&match scenario {
            Scenario::Approves => format!("pin='{RIGHT}'"),
            Scenario::AnswersWrongly => format!("pin='{WRONG}'"),
            Scenario::Cancels => "getpin=cancel".to_owned(),
            Scenario::AnswersLate => format!("getpin=late; pin='{RIGHT}'"),
            _ => "getpin=hang".to_owned(),
        }));
        self.fakes.lock().unwrap().push(Arc::clone(&fake));
        let prompt = Counted {
            program: fake.program(),
            shown: Arc::clone(&self.shown),
        };
        Arc::new(PassphraseAuthenticator::new(prompt, OnlyRight))
    }

    fn prompts_shown(&self) -> usize {
        self.shown.load(Ordering::SeqCst)
    }

    fn prompt_is_open(&self) -> bool {
        let fakes = self.fakes.lock().unwrap();
        fakes
            .iter()
            .any(|fake| fake.path("asking").exists() && fake.lives())
    }

    fn answer_now(&self) {
        if let Some(fake) = self.fakes.lock().unwrap().last() {
            fake.answers_now();
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![RIGHT.to_owned(), WRONG.to_owned()]
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}

/// A dialog that counts.
#[derive(Debug)]
struct Counted {
    program: PathBuf,
    shown: Arc<AtomicUsize>,
}

impl PassphrasePrompt for Counted {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        self.shown.fetch_add(1, Ordering::SeqCst);
        let prompt = PinentryPrompt::with_program(&self.program).unwrap();
        prompt.ask(question, cancel)
    }
}
