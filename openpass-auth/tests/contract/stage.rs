//! The screen, the person in front of it, and what the suite asks about both.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use futures_channel::oneshot;
use openpass_auth::{
    Authenticator, Factor,
    contract::{Harness, Scenario},
};

use crate::{fake::Fake, flaws::Flaw};

/// What the person types.
pub(crate) const RIGHT: &str = "hunter2 and 3 more";
pub(crate) const WRONG: &str = "swordfish, öäü";

/// What is on the screen.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    shown: AtomicUsize,
    open: AtomicUsize,
    held: Mutex<Vec<oneshot::Sender<()>>>,
}

impl Screen {
    /// Shows a prompt, until what it returns is dropped.
    pub(crate) fn show(self: &Arc<Self>) -> Prompt {
        self.shown.fetch_add(1, SeqCst);
        self.open.fetch_add(1, SeqCst);
        Prompt(Arc::clone(self))
    }

    /// Ends when the suite has the person answer.
    pub(crate) fn late_answer(&self) -> oneshot::Receiver<()> {
        let (answer, answered) = oneshot::channel();
        self.held.lock().unwrap().push(answer);
        answered
    }
}

/// A prompt that is on show.
#[derive(Debug)]
pub(crate) struct Prompt(Arc<Screen>);

impl Drop for Prompt {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

/// Authenticators with one flaw, or none.
pub(crate) struct Stage {
    pub(crate) flaw: Option<Flaw>,
    pub(crate) screen: Arc<Screen>,
}

impl Stage {
    pub(crate) fn with(flaw: Option<Flaw>) -> Self {
        let screen = Arc::default();
        Self { flaw, screen }
    }
}

impl Harness for Stage {
    fn factor(&self) -> Factor {
        Factor::Passphrase
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        Arc::new(Fake::new(scenario, self.flaw, &self.screen))
    }

    fn prompts_shown(&self) -> usize {
        self.screen.shown.load(SeqCst)
    }

    fn prompt_is_open(&self) -> bool {
        self.screen.open.load(SeqCst) > 0
    }

    fn answer_now(&self) {
        let held: Vec<_> = self.screen.held.lock().unwrap().drain(..).collect();
        for answer in held {
            // Nobody may be asking any more.
            let _ = answer.send(());
        }
    }

    fn secrets(&self) -> Vec<String> {
        vec![RIGHT.to_owned(), WRONG.to_owned()]
    }

    fn answers_serve_once(&self) -> bool {
        true
    }
}
