//! A person at another terminal: `openpass-guard approve` there signs what is asked here.

use core::fmt;
use std::time::Duration;

use async_trait::async_trait;
use futures_timer::Delay;
use openpass_auth::{
    AuthError, Authenticator, BackendError, Binding, Blocking, CancelledBy, Challenge, Evidence,
    Factor, FactorSet, PromptPlace, Unavailable,
};
use openpass_vault::{CallAnswer, LeftCall, Vault, VaultError, WaitingCall};

use crate::asked::Asked;

/// The factors by which an approver signs.
const FACTORS: [Factor; 3] = [Factor::Passphrase, Factor::Biometry, Factor::SecurityKey];
/// The time between two looks for the answer.
const AGAIN: Duration = Duration::from_millis(250);

/// Leaves the question in the policy folder, and waits for a signature.
///
/// INVARIANT: what is answered there proves nothing by itself. The guard that asked
/// verifies the signature, over its own nonce and the operation that it means to grant.
pub(crate) struct Elsewhere {
    vault: Vault,
    agent: String,
    asked: Asked,
    /// Told the command for the person, once the question waits.
    waits: Box<dyn Fn(String) + Send + Sync>,
}

impl Elsewhere {
    pub(crate) fn new(
        vault: Vault,
        agent: &str,
        asked: Asked,
        waits: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        Self {
            vault,
            agent: agent.to_owned(),
            asked,
            waits: Box::new(waits),
        }
    }

    async fn leave(&self, binding: &Binding, challenge: &Challenge) -> Result<LeftCall, AuthError> {
        let call = serde_json::to_value(&self.asked)
            .map_err(|error| BackendError::caused_by("the request cannot be written", error))?;
        let (vault, agent) = (self.vault.clone(), self.agent.clone());
        let wait = (*binding.nonce(), challenge.time_left().as_secs().max(1));
        blocking(move || WaitingCall::leave(&vault, &agent, call, wait)).await
    }
}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elsewhere")
            .field("agent", &self.agent)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Authenticator for Elsewhere {
    fn name(&self) -> &'static str {
        "another terminal"
    }

    fn factors(&self) -> FactorSet {
        FACTORS.into_iter().collect()
    }

    /// Each question lies by itself: nobody's keys are taken by another's.
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        let id = challenge.code().map(ToString::to_string);
        vec![PromptPlace::named(format!(
            "the requests of {}: {}",
            self.vault.shown(),
            id.unwrap_or_default()
        ))]
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let binding = FACTORS
            .into_iter()
            .find_map(|factor| challenge.binding_for(factor))
            .ok_or(Unavailable::NoApprover)?;
        let left = std::sync::Arc::new(self.leave(binding, challenge).await?);
        (self.waits)(WaitingCall::command(&self.vault, left.code()));
        loop {
            challenge.still_open()?;
            let asked = std::sync::Arc::clone(&left);
            match blocking(move || asked.answer()).await? {
                Some(CallAnswer::Signed(signed)) => {
                    challenge.admits(signed.factor)?;
                    return Ok(
                        Evidence::assertion(challenge, signed.factor).signed(signed.assertion)
                    );
                }
                Some(CallAnswer::Denied) => return Err(AuthError::Cancelled(CancelledBy::Person)),
                None => Delay::new(AGAIN.min(challenge.time_left())).await,
            }
        }
    }
}

/// Runs work on files on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, AuthError> {
    let lost = |error| BackendError::caused_by("no thread could be had", error);
    let failed = |error: VaultError| match error {
        VaultError::TooManyPending { most } | VaultError::TooManyOfAgent { most } => {
            BackendError::new(format!(
                "{most} requests wait already; a person answers one with `openpass-guard \
                 approve`, or each ends in time"
            ))
            .into()
        }
        error => BackendError::new(error.to_string()).into(),
    };
    Blocking::start("openpass-wait", work)
        .map_err(lost)?
        .await
        .map_err(lost)?
        .map_err(failed)
}
