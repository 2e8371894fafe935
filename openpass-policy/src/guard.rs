//! The policy enforcement point (PEP).

use core::num::NonZeroU8;
use std::{sync::Arc, time::Duration};

use async_lock::Mutex;
use openpass_auth::{AuthError, Authenticator, Confirmation, Contained, FactorSet, Unavailable};

use crate::{
    AuditEvent, AuditRecord, AuditSink, AuthFactor, Decision, Grant, Operation, PolicyEngine,
    Refusal, challenge::challenge,
};

/// One prompt at a time in a process, whatever guards there are.
static PROMPT: Mutex<()> = Mutex::new(());

/// Stands in front of every change: decides, asks, decides again, writes the
/// intent to the log, and only then grants.
///
/// A host makes one for each request or keeps one: it holds no answer.
#[derive(Debug)]
pub struct Guard {
    engine: Arc<PolicyEngine>,
    authenticator: Contained,
    audit: Arc<dyn AuditSink>,
    confirmation: Option<Arc<dyn Confirmation>>,
    may_waive: bool,
    tries: NonZeroU8,
    timeout: Duration,
}

/// What vouched for an operation.
struct Vouched {
    factor: AuthFactor,
    authenticator: Option<&'static str>,
}

impl Guard {
    /// A guard that asks `authenticator` once, for a minute at the most.
    #[must_use]
    pub fn new(
        engine: Arc<PolicyEngine>,
        authenticator: Arc<dyn Authenticator>,
        audit: Arc<dyn AuditSink>,
    ) -> Self {
        Self {
            engine,
            authenticator: Contained::new(authenticator),
            audit,
            confirmation: None,
            may_waive: false,
            tries: NonZeroU8::MIN,
            timeout: Duration::from_secs(60),
        }
    }

    /// Takes a wrong answer and asks again, `tries` times in all. Each try is
    /// a challenge of its own.
    #[must_use]
    pub const fn with_tries(mut self, tries: NonZeroU8) -> Self {
        self.tries = tries;
        self
    }

    /// Gives each prompt this long.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks y/N instead, where policy takes the factor `confirm`.
    #[must_use]
    pub fn with_confirmation(mut self, confirmation: Arc<dyn Confirmation>) -> Self {
        self.confirmation = Some(confirmation);
        self
    }

    /// Asks nobody, where policy takes the factor `waived`.
    #[must_use]
    pub const fn with_waiver(mut self) -> Self {
        self.may_waive = true;
        self
    }

    /// The engine that this guard decides with.
    #[must_use]
    pub const fn engine(&self) -> &Arc<PolicyEngine> {
        &self.engine
    }

    /// Decides on `operation`, asks whom it takes, and grants or refuses.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt and grants nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: policy says no (nobody was asked), nobody proved to be
    /// there, or the log cannot be written. Nothing has changed.
    pub async fn authorize(&self, operation: Operation) -> Result<Grant, Refusal> {
        let decision = self.engine.decide(&operation);
        let vouched = match self.vouch(&operation, &decision).await {
            Ok(vouched) => vouched,
            Err(refusal) => return Err(self.refused(&operation, decision, refusal)),
        };
        match self.record_intent(&operation, &vouched) {
            Ok(()) => Ok(Grant::new(
                operation,
                vouched.factor,
                Arc::clone(&self.audit),
            )),
            Err(refusal) => Err(self.refused(&operation, decision, refusal)),
        }
    }

    /// Puts a refusal on the log. It stands whether or not it can be written.
    fn refused(&self, operation: &Operation, policy: Decision, refusal: Refusal) -> Refusal {
        let event = AuditEvent::Refused {
            policy,
            reason: refusal.to_string(),
        };
        drop(self.audit.record(&AuditRecord::new(operation, event)));
        refusal
    }

    async fn vouch(&self, operation: &Operation, decision: &Decision) -> Result<Vouched, Refusal> {
        match decision {
            Decision::Deny(denial) => Err(Refusal::Denied(denial.clone())),
            Decision::Allow { .. } => Ok(Vouched {
                factor: AuthFactor::None,
                authenticator: None,
            }),
            Decision::RequireBiometry { accepts, .. } => self
                .step_up(operation, *accepts)
                .await
                .map_err(Refusal::NotAuthenticated),
        }
    }

    /// Has a person vouch for `operation`, or a setting that lets it pass.
    async fn step_up(
        &self,
        operation: &Operation,
        accepts: FactorSet,
    ) -> Result<Vouched, AuthError> {
        if self.may_waive && self.takes(operation, AuthFactor::Waived) {
            return Ok(Vouched {
                factor: AuthFactor::Waived,
                authenticator: None,
            });
        }
        let _one_at_a_time = PROMPT.lock().await;
        match &self.confirmation {
            Some(confirmation) if self.takes(operation, AuthFactor::Confirm) => {
                self.confirm(operation, confirmation.as_ref()).await
            }
            _ => self.ask(operation, accepts).await,
        }
    }

    fn takes(&self, operation: &Operation, factor: AuthFactor) -> bool {
        self.engine.decide_with(operation, factor).is_ok()
    }

    async fn confirm(
        &self,
        operation: &Operation,
        confirmation: &dyn Confirmation,
    ) -> Result<Vouched, AuthError> {
        let challenge = challenge(operation, FactorSet::EMPTY, self.timeout);
        confirmation.confirm(&challenge).await?;
        challenge.still_open()?;
        Ok(Vouched {
            factor: AuthFactor::Confirm,
            authenticator: Some("confirmation"),
        })
    }

    async fn ask(&self, operation: &Operation, accepts: FactorSet) -> Result<Vouched, AuthError> {
        if accepts.is_empty() {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        let tries = self.tries.get();
        let mut last = AuthError::Rejected;
        for number in 1..=tries {
            let challenge = challenge(operation, accepts, self.timeout).with_attempt(number, tries);
            match self.authenticator.authenticate(&challenge).await {
                Ok(evidence) => {
                    return Ok(Vouched {
                        factor: evidence.factor().into(),
                        authenticator: evidence.authenticator(),
                    });
                }
                Err(AuthError::Rejected) => last = AuthError::Rejected,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Decides again, with the factor really given, and writes the intent.
    fn record_intent(&self, operation: &Operation, vouched: &Vouched) -> Result<(), Refusal> {
        let policies = self
            .engine
            .decide_with(operation, vouched.factor)
            .map_err(Refusal::Denied)?;
        let event = AuditEvent::Intent {
            factor: vouched.factor,
            authenticator: vouched.authenticator,
            policies,
        };
        self.audit
            .record(&AuditRecord::new(operation, event))
            .map_err(Refusal::NotRecorded)
    }
}
