//! An authenticator of one's own: a code that is good once (RFC 6238), asked for on
//! the terminal.
#![forbid(unsafe_code)]

mod codes;
mod steps;

use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, BackendError, Blocking, Challenge, Evidence, Factor, FactorSet,
    Guesses, PromptPlace, Unavailable,
};
use openpass_auth_passphrase::{Cancel, Passphrase, PassphrasePrompt, Question};

pub use codes::{Codes, KeyError};
pub use steps::{LastStep, MemoryStep, StepFile};

/// Asks for a code by `P`.
#[derive(Debug)]
pub struct TotpAuthenticator<P> {
    prompt: Arc<P>,
    codes: Arc<Codes>,
}

/// Takes the prompt away when its call is dropped.
struct Dismisses(Cancel);

impl Drop for Dismisses {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl<P: PassphrasePrompt + 'static> TotpAuthenticator<P> {
    /// Asks by `prompt`, and takes the codes of `codes`.
    #[must_use]
    pub fn new(prompt: P, codes: Codes) -> Self {
        let (prompt, codes) = (Arc::new(prompt), Arc::new(codes));
        Self { prompt, codes }
    }

    /// Asks on a thread: the prompt and the file of the last step both block.
    async fn ask(
        &self,
        challenge: &Challenge,
        guesses: Option<Guesses>,
    ) -> Result<Evidence, AuthError> {
        challenge.admits(Factor::OneTimeCode)?;
        let (prompt, codes) = (Arc::clone(&self.prompt), Arc::clone(&self.codes));
        let (question, cancel) = (Question::from(challenge), Cancel::new());
        let settling = challenge.settling();
        let called_off = cancel.clone();
        let work = move || {
            let typed = prompt.ask(&question, &called_off).map_err(by_its_name)?;
            let _settled = settling.begin();
            if called_off.is_cancelled() || question.time_left().is_zero() {
                return Err(AuthError::TimedOut);
            }
            counted(&codes, &typed, guesses.as_ref())
        };
        let _dismisses = Dismisses(cancel);
        let broke = |lost| BackendError::caused_by("the prompt for a code broke", lost);
        Blocking::start("totp-prompt", work)?
            .await
            .map_err(broke)??;
        // A yes that comes too late is no yes.
        challenge.still_open()?;
        Ok(Evidence::assertion(challenge, Factor::OneTimeCode))
    }
}

/// Gives a rejection this factor. A text that cannot be a passphrase is no code either.
fn by_its_name(error: AuthError) -> AuthError {
    match error {
        AuthError::Rejected { .. } => rejected(),
        other => other,
    }
}

const fn rejected() -> AuthError {
    AuthError::Rejected {
        factor: Factor::OneTimeCode,
    }
}

/// Counts the code once it is typed, and before it is looked at.
fn counted(codes: &Codes, typed: &Passphrase, guesses: Option<&Guesses>) -> Result<(), AuthError> {
    let guess = guesses.map(Guesses::begin).transpose()?;
    if codes.take(typed.expose())? {
        guess.map_or(Ok(()), |guess| guess.was_right().map_err(Into::into))
    } else {
        if let Some(guess) = guess {
            guess.was_wrong();
        }
        Err(rejected())
    }
}

#[async_trait]
impl<P: PassphrasePrompt + 'static> Authenticator for TotpAuthenticator<P> {
    fn name(&self) -> &'static str {
        "totp"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::OneTimeCode)
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        self.prompt.places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.prompt.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.ask(challenge, None).await
    }

    async fn authenticate_counted(
        &self,
        challenge: &Challenge,
        guesses: &Guesses,
    ) -> Result<Evidence, AuthError> {
        self.ask(challenge, Some(guesses.clone())).await
    }
}
