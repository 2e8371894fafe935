//! A person at a prompt, who types what is written down.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use openpass_auth::{AuthError, CancelledBy, PromptPlace, Unavailable};
use openpass_auth_fido2::{KeyPrompt, Touch};
use openpass_auth_passphrase::{Cancel, Passphrase, Question};

const TICK: Duration = Duration::from_millis(2);

#[derive(Default)]
pub(crate) struct Person {
    types: String,
    cancels: bool,
    /// Says yes without waiting for the key.
    lies: bool,
    pub(crate) screen: Arc<Screen>,
}

/// What was shown.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    pub(crate) shown: AtomicUsize,
    pub(crate) open: AtomicUsize,
    pub(crate) questions: Mutex<Vec<String>>,
    /// The words of what went wrong.
    pub(crate) words: Mutex<Vec<String>>,
}

impl Person {
    pub(crate) fn typing(pin: &str) -> Arc<Self> {
        Self::at(&Arc::default(), pin)
    }

    pub(crate) fn at(screen: &Arc<Screen>, pin: &str) -> Arc<Self> {
        Arc::new(Self {
            types: pin.to_owned(),
            screen: Arc::clone(screen),
            ..Self::default()
        })
    }

    pub(crate) fn cancelling(screen: &Arc<Screen>) -> Arc<Self> {
        Arc::new(Self {
            cancels: true,
            screen: Arc::clone(screen),
            ..Self::default()
        })
    }

    pub(crate) fn lying() -> Arc<Self> {
        Arc::new(Self {
            lies: true,
            ..Self::default()
        })
    }

    pub(crate) fn was_shown(&self) -> usize {
        self.screen.shown.load(SeqCst)
    }

    pub(crate) fn was_told(&self) -> String {
        self.screen.words.lock().unwrap().join("\n")
    }
}

impl core::fmt::Debug for Person {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Person")
    }
}

struct OnShow<'a>(&'a Screen);

impl Drop for OnShow<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

impl KeyPrompt for Person {
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::terminal()]
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel, touch: Touch) -> Result<(), AuthError> {
        let screen = &*self.screen;
        screen.open.fetch_add(1, SeqCst);
        screen.shown.fetch_add(1, SeqCst);
        let _on_show = OnShow(screen);
        let statement = question.statement().to_string();
        screen.questions.lock().unwrap().push(statement);
        if self.lies {
            return Ok(());
        }
        if self.cancels {
            return Err(AuthError::Cancelled(CancelledBy::Person));
        }
        let typed = touch
            .needs_pin()
            .then(|| Passphrase::new(self.types.as_bytes()).unwrap());
        let ended = touch.begin(typed).and_then(|mut touching| {
            loop {
                if let Some(said) = touching.wait(TICK) {
                    return Ok(Some(said?));
                }
                if cancel.is_cancelled() || question.time_left().is_zero() {
                    return Ok(None);
                }
            }
        });
        match ended {
            Ok(Some(())) => Ok(()),
            Ok(None) if cancel.is_cancelled() => Err(AuthError::Cancelled(CancelledBy::Host)),
            Ok(None) => Err(AuthError::TimedOut),
            Err(why) => {
                screen.words.lock().unwrap().push(why.to_string());
                Err(why.into())
            }
        }
    }
}
