//! The policy enforcement point (PEP).

mod case;
mod tries;
mod writing;

use core::num::NonZeroU8;
use std::{sync::Arc, time::Duration};

use async_lock::Mutex;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Confirmation, Contained, FactorSet, SafeText, contain,
};

use self::case::{CalledOff, Case};
use crate::{
    AuditEvent, AuditSink, AuthFactor, Decision, Grant, Operation, PolicyEngine, Refusal,
    challenge::challenge,
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
    courtesy: Option<Arc<dyn Confirmation>>,
    may_waive: bool,
    tries: NonZeroU8,
    timeout: Duration,
    notices: Vec<SafeText>,
}

/// What vouched for an operation.
struct Vouched {
    factor: AuthFactor,
    authenticator: Option<&'static str>,
    reference: Option<String>,
}

/// What was decided at last, and by what: not on the log yet.
struct Intent {
    event: AuditEvent,
    vouched: Vouched,
}

impl Vouched {
    /// By a factor that proves nothing, hence against no reference.
    const fn without_proof(factor: AuthFactor, authenticator: Option<&'static str>) -> Self {
        Self {
            factor,
            authenticator,
            reference: None,
        }
    }
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
            courtesy: None,
            may_waive: false,
            tries: NonZeroU8::MIN,
            timeout: Duration::from_secs(60),
            notices: Vec::new(),
        }
    }

    /// Takes a wrong answer and asks again, `tries` times in all. Each try is
    /// a challenge of its own.
    ///
    /// Biometry is asked for once: the system's dialog takes several fingers
    /// itself. After a wrong one the tries that are left take what else the
    /// policy accepts; where nothing else can be asked for, it ends there.
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

    /// Says these in each prompt, after what must be shown, and writes them to
    /// the log with the intent: what an approval does beside the change, and
    /// what a person should know before they answer. A prompt may lack the room
    /// for some of them; the log has all.
    #[must_use]
    pub fn with_notices(mut self, notices: Vec<SafeText>) -> Self {
        self.notices = notices;
        self
    }

    /// Asks y/N instead, where policy takes the factor `confirm`.
    #[must_use]
    pub fn with_confirmation(mut self, confirmation: Arc<dyn Confirmation>) -> Self {
        self.confirmation = Some(confirmation);
        self
    }

    /// Asks y/N before a change that policy allows as it is. It protects from
    /// slips, and proves nothing.
    #[must_use]
    pub fn with_courtesy(mut self, confirmation: Arc<dyn Confirmation>) -> Self {
        self.courtesy = Some(confirmation);
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

    /// Waits until every guard of this process has written what it was about to
    /// put on the log, and says whether that was within `at_most`.
    ///
    /// A call that is dropped is put on the log by a thread of its own. Call
    /// this before the process ends, or that thread may be cut short. Without
    /// it no grant is lost track of: the next start settles an intent that has
    /// no outcome.
    ///
    /// It blocks: never call it inside `poll`.
    pub fn wait_for_records(at_most: Duration) -> bool {
        writing::wait(at_most)
    }

    /// Decides on `operation`, asks whom it takes, and grants or refuses.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt and grants nothing; the log
    /// says so soon after ([`wait_for_records`](Self::wait_for_records)): that
    /// it was called off, or, once the intent was handed over, that the
    /// approval was not used.
    ///
    /// # Threads
    ///
    /// The audit sink writes on a thread of its own, never inside `poll` nor
    /// where the future is dropped. Deciding takes the processor alone.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: policy says no (nobody was asked), nobody proved to be
    /// there, or the log cannot be written. Nothing has changed.
    pub async fn authorize(&self, operation: Operation) -> Result<Grant, Refusal> {
        let case = Arc::new(Case {
            decision: self.engine.decide(&operation),
            operation: Arc::new(operation),
            audit: Arc::clone(&self.audit),
        });
        let called_off = CalledOff::armed(Arc::clone(&case));
        let intent = match self.vouch(&case.operation, &case.decision).await {
            Ok(vouched) => self.intent(&case.operation, vouched),
            Err(refusal) => Err(refusal),
        };
        // INVARIANT (10): no `await` between the hand-over and the disarming,
        // so that a call which is dropped is on the log, once.
        match intent {
            Ok(intent) => {
                let granted = case.grant(intent);
                called_off.disarm();
                granted.await
            }
            Err(refusal) => {
                let logged = case.refuse(refusal.to_string());
                called_off.disarm();
                Err(refusal.or_unlogged(logged.await))
            }
        }
    }

    async fn vouch(&self, operation: &Operation, decision: &Decision) -> Result<Vouched, Refusal> {
        match decision {
            Decision::Deny(denial) => Err(Refusal::Denied(denial.clone())),
            Decision::Allow { .. } => self
                .be_courteous(operation)
                .await
                .map_err(Refusal::NotAuthenticated),
            Decision::RequireBiometry { accepts, .. } => self
                .step_up(operation, *accepts)
                .await
                .map_err(Refusal::NotAuthenticated),
        }
    }

    /// A change that policy allows as it is, after a y/N where the host wants
    /// one. Looking is never asked for.
    async fn be_courteous(&self, operation: &Operation) -> Result<Vouched, AuthError> {
        if let Some(confirmation) = &self.courtesy
            && !operation.changes().is_empty()
        {
            let _one_at_a_time = PROMPT.lock().await;
            self.yes_or_no(operation, confirmation.as_ref()).await?;
        }
        Ok(Vouched::without_proof(AuthFactor::None, None))
    }

    /// Has a person vouch for `operation`, or a setting that lets it pass.
    async fn step_up(
        &self,
        operation: &Operation,
        accepts: FactorSet,
    ) -> Result<Vouched, AuthError> {
        if self.may_waive && self.takes(operation, AuthFactor::Waived) {
            return Ok(Vouched::without_proof(AuthFactor::Waived, None));
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
        self.yes_or_no(operation, confirmation).await?;
        Ok(Vouched::without_proof(
            AuthFactor::Confirm,
            Some("confirmation"),
        ))
    }

    async fn yes_or_no(
        &self,
        operation: &Operation,
        confirmation: &dyn Confirmation,
    ) -> Result<(), AuthError> {
        let challenge = self.challenge(operation, FactorSet::EMPTY);
        let asking = async { confirmation.confirm(&challenge).await };
        contain(&challenge, "the confirmation", asking).await
    }

    fn challenge(&self, operation: &Operation, accepts: FactorSet) -> Challenge {
        challenge(operation, &self.notices, accepts, self.timeout)
    }

    /// Decides again, with the factor really given: what goes on the log before
    /// there is a grant.
    fn intent(&self, operation: &Operation, vouched: Vouched) -> Result<Intent, Refusal> {
        let policies = self
            .engine
            .decide_with(operation, vouched.factor)
            .map_err(Refusal::Denied)?;
        let event = AuditEvent::Intent {
            factor: vouched.factor,
            authenticator: vouched.authenticator,
            reference: vouched.reference.clone(),
            policies,
            notices: self.notices.iter().map(ToString::to_string).collect(),
        };
        Ok(Intent { event, vouched })
    }
}
