//! Prompt and verifier, made an authenticator.

use std::sync::Arc;

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Guesses, PromptPlace,
    Unavailable,
};

use crate::{
    PassphrasePrompt, PassphraseVerifier, Question, asking::Asking, counted::Counted,
    signing::Signing,
};

/// Asks by `P` and verifies by `V`, each on a thread of its own.
///
/// Prompt and key derivation both block for long, so neither runs inside
/// `poll`, nor in a runtime's pool, whose end would wait for them.
///
/// # Cancellation
///
/// Dropping the future gives the terminal back before the drop returns. A key
/// derivation that has begun cannot be stopped: it runs to its end on its
/// thread, a few seconds, and its answer goes nowhere.
#[derive(Debug)]
pub struct PassphraseAuthenticator<P, V> {
    prompt: Arc<P>,
    verifier: Arc<V>,
}

impl<P: PassphrasePrompt, V: PassphraseVerifier> PassphraseAuthenticator<P, V> {
    /// Asks by `prompt` and verifies by `verifier`.
    #[must_use]
    pub fn new(prompt: P, verifier: V) -> Self {
        Self {
            prompt: Arc::new(prompt),
            verifier: Arc::new(verifier),
        }
    }

    /// Returns the verifier for the answer to `challenge`, which also signs the answer
    /// if it can.
    fn verifier_for(&self, challenge: &Challenge) -> Arc<dyn PassphraseVerifier>
    where
        V: 'static,
    {
        let verifier = Arc::<V>::clone(&self.verifier);
        Signing::of(verifier, challenge.binding_for(Factor::Passphrase))
    }

    async fn ask(
        &self,
        challenge: &Challenge,
        verifier: Arc<dyn PassphraseVerifier>,
    ) -> Result<Evidence, AuthError>
    where
        P: 'static,
    {
        let binding = challenge.binding_for(Factor::Passphrase);
        if self.verifier.signs() && binding.is_some() {
            challenge.admits_signed(Factor::Passphrase)?;
        } else {
            challenge.admits(Factor::Passphrase)?;
        }
        let question = Question::from(challenge);
        let prompt = Arc::clone(&self.prompt);
        let verified =
            Asking::start(move |cancel| prompt.ask_and_verify(&question, cancel, &verifier))?
                .answer()
                .await?;
        // A yes that comes too late is no yes.
        challenge.still_open()?;
        let mut evidence = Evidence::assertion(challenge, Factor::Passphrase);
        let (reference, assertion) = verified.into_parts();
        if let Some(reference) = reference {
            evidence = evidence.with_reference(reference);
        }
        if let Some(assertion) = assertion {
            evidence = evidence.signed(assertion);
        }
        Ok(evidence)
    }
}

#[async_trait]
impl<P, V> Authenticator for PassphraseAuthenticator<P, V>
where
    P: PassphrasePrompt + 'static,
    V: PassphraseVerifier + 'static,
{
    fn name(&self) -> &'static str {
        "passphrase"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        self.prompt.places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.prompt.available()
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.ask(challenge, self.verifier_for(challenge)).await
    }

    /// Counts the typed passphrase once it is there, and before it is verified. So a
    /// kill during the verification has used up a try, and a kill while the prompt is
    /// up has used none.
    async fn authenticate_counted(
        &self,
        challenge: &Challenge,
        guesses: &Guesses,
    ) -> Result<Evidence, AuthError> {
        let verifier = self.verifier_for(challenge);
        let counted = Counted::new(verifier, guesses.clone(), challenge);
        self.ask(challenge, Arc::new(counted)).await
    }
}
