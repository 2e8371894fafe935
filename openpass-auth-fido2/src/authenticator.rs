//! Keys and prompt, made an authenticator.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use openpass_approval::{Approver, Approvers, ToTouch};
use openpass_auth::{
    Assertion, AuthError, Authenticator, BackendError, Binding, Challenge, Evidence, Factor,
    FactorSet, Guesses, PromptPlace, SafeText, Unavailable,
};
use openpass_auth_passphrase::{Cancel, Question};

use crate::{
    AssertionRequest, KeyError, KeyPrompt, Keys,
    find::find,
    run::{Counting, on_a_thread, put},
};

/// Asks for the touch of a security key that is an approver.
///
/// It asks only where the challenge is bound to something, and its evidence is always
/// signed.
///
/// # Cancellation
///
/// Dropping the future gives the terminal back before the drop returns, and has the key
/// told to stop waiting. What a key that cannot be told answers later goes nowhere.
#[derive(Debug)]
pub struct SecurityKeyAuthenticator {
    pub(crate) keys: Arc<dyn Keys>,
    pub(crate) prompt: Arc<dyn KeyPrompt>,
    pub(crate) approvers: Vec<Approver>,
}

impl SecurityKeyAuthenticator {
    /// Asks by `prompt` for a touch of one of `keys`, which has to be one of `approvers`.
    /// Those among these that are no security keys are left out.
    #[must_use]
    pub fn new(
        keys: impl Keys + 'static,
        prompt: impl KeyPrompt + 'static,
        approvers: impl IntoIterator<Item = Approver>,
    ) -> Self {
        let is_key = |it: &Approver| it.factor() == Factor::SecurityKey;
        Self {
            keys: Arc::new(keys),
            prompt: Arc::new(prompt),
            approvers: approvers.into_iter().filter(is_key).collect(),
        }
    }

    async fn ask(
        &self,
        challenge: &Challenge,
        counting: Option<Counting>,
    ) -> Result<Evidence, AuthError> {
        challenge.admits_signed(Factor::SecurityKey)?;
        let binding = *challenge
            .binding_for(Factor::SecurityKey)
            .ok_or_else(nothing_to_sign)?;
        let run = Run {
            keys: Arc::clone(&self.keys),
            prompt: Arc::clone(&self.prompt),
            question: Question::from(challenge),
            to_touch: self.to_touch(challenge)?,
            counting,
        };
        let limit = challenge.time_left();
        let (approver, assertion) = on_a_thread(limit, move |cancel| run.sign(cancel)).await?;
        // A yes that comes too late is no yes.
        challenge.still_open()?;
        verify(&binding, approver, &assertion)?;
        Ok(Evidence::assertion(challenge, Factor::SecurityKey).signed(assertion))
    }

    /// Returns what each approver would sign. The approver's own id is in it.
    fn to_touch(&self, challenge: &Challenge) -> Result<Vec<(Approver, ToTouch)>, AuthError> {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let at = since_1970
            .map_err(|_| BackendError::new("the clock is before 1970; set it, then ask again"))?
            .as_secs();
        let all = self.approvers.iter().map(|approver| {
            let to_touch = ToTouch::of(challenge, approver.key(), at)?;
            Some((approver.clone(), to_touch))
        });
        let all: Option<Vec<_>> = all.collect();
        Ok(all.ok_or_else(nothing_to_sign)?)
    }
}

fn nothing_to_sign() -> Unavailable {
    let why = SafeText::literal("there is nothing here that a security key could sign");
    Unavailable::SecurityKey { why }
}

/// INVARIANT: no evidence says that somebody touched a key unless the signature says so,
/// with presence and verification. The guard, which knows the last counter, verifies it
/// once more.
fn verify(binding: &Binding, approver: Approver, assertion: &Assertion) -> Result<(), AuthError> {
    let approvers = binding.scope().copied().map(Approvers::of);
    let approvers = approvers.ok_or_else(nothing_to_sign)?.with(approver);
    match approvers.verify(binding, Factor::SecurityKey, assertion) {
        Ok(_) => Ok(()),
        Err(why) => Err(BackendError::caused_by(why.to_string(), why).into()),
    }
}

/// One question, on its thread.
struct Run {
    keys: Arc<dyn Keys>,
    prompt: Arc<dyn KeyPrompt>,
    question: Question,
    to_touch: Vec<(Approver, ToTouch)>,
    counting: Option<Counting>,
}

impl Run {
    fn sign(self, cancel: &Cancel) -> Result<(Approver, Assertion), AuthError> {
        self.prompt.available()?;
        let (approvers, to_touch): (Vec<_>, Vec<_>) = self.to_touch.into_iter().unzip();
        let (key, approver) = find(&*self.keys, &approvers).map_err(KeyError::unasked)?;
        let mut both = approvers.iter().zip(to_touch);
        let (approver, to_touch) = both
            .find(|(one, _)| one.id() == approver.id())
            .ok_or(KeyError::Broken)?;
        let credential = approver.credential().ok_or(KeyError::Broken)?;
        let request = AssertionRequest::new(credential, &to_touch);
        let (keys, asked) = (self.keys, key.clone());
        let work =
            move |pin: Option<&crate::Pin>, stop: &Cancel| keys.sign(&asked, &request, pin, stop);
        let prompt = &*self.prompt;
        let signed = put(prompt, &self.question, cancel, &key, self.counting, work)?;
        let assertion = to_touch.touched(signed.authenticator_data, signed.signature);
        Ok((approver.clone(), assertion))
    }
}

#[async_trait]
impl Authenticator for SecurityKeyAuthenticator {
    fn name(&self) -> &'static str {
        "security-key"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::SecurityKey)
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        self.prompt.places()
    }

    fn available(&self) -> Result<(), Unavailable> {
        self.prompt.available()?;
        let found = find(&*self.keys, &self.approvers);
        found.map(drop).map_err(KeyError::unasked)
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.ask(challenge, None).await
    }

    /// A PIN is counted once it was typed, and before the key looks at it. A touch without
    /// one is not counted: nobody can guess it, and the key counts fingers itself.
    async fn authenticate_counted(
        &self,
        challenge: &Challenge,
        guesses: &Guesses,
    ) -> Result<Evidence, AuthError> {
        let counting = Counting::new(guesses, challenge);
        self.ask(challenge, Some(counting)).await
    }
}
