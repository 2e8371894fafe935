//! The policy enforcement point (PEP).

mod case;
#[cfg(feature = "approvals")]
mod elsewhere;
#[cfg(feature = "approvals")]
mod signed;
mod tries;
mod turn;
#[cfg(not(feature = "approvals"))]
mod unsigned;
mod vouch;
mod writing;

use core::num::NonZeroU8;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use openpass_auth::{Authenticator, Confirmation, Contained, SafeText};

#[cfg(feature = "approvals")]
pub use elsewhere::SignedElsewhere;
#[cfg(feature = "approvals")]
pub(crate) use openpass_approval::Approval;
#[cfg(not(feature = "approvals"))]
pub(crate) use unsigned::Approval;

use self::{
    case::{CalledOff, Case},
    turn::Turn,
    vouch::{Asked, OfWhom, Vouched},
};
use crate::{
    AuditEvent, AuditSink, Grant, Issuer, LoggedApproval, Operation, PoliciesDigest, PolicyEngine,
    Refusal, grant::Lifetimes, issuer::GuardId, trace,
};

/// Stands in front of every change: decides, asks, decides again, writes the
/// intent to the log, and only then grants.
///
/// A host makes one for each request or keeps one, and shares it: it holds no answer.
/// As many people are asked at once as there are places to ask in
/// ([`PromptPlace`](openpass_auth::PromptPlace)); in one place it is one at a time, and
/// who waits for that until their time is over is told so
/// ([`Unavailable::Busy`](openpass_auth::Unavailable::Busy)).
#[derive(Debug)]
pub struct Guard {
    id: GuardId,
    engine: RwLock<Arc<PolicyEngine>>,
    authenticator: Contained,
    audit: Arc<dyn AuditSink>,
    confirmation: Option<Arc<dyn Confirmation>>,
    courtesy: Option<Arc<dyn Confirmation>>,
    may_waive: bool,
    signatures_alone: bool,
    tries: NonZeroU8,
    timeout: Duration,
    lifetimes: Lifetimes,
    notices: Vec<SafeText>,
    #[cfg(feature = "approvals")]
    approvers: Arc<openpass_approval::Approvers>,
}

/// The final decision and what vouched for the operation, which are not on the log yet.
struct Intent {
    event: AuditEvent,
    vouched: Vouched,
    issuer: Issuer,
    lifetimes: Lifetimes,
}

impl Guard {
    /// A guard that asks `authenticator` once, for a minute at the most, and writes to
    /// `audit`. Each can be an `Arc` too, where others use it.
    #[must_use]
    pub fn new(
        engine: impl Into<Arc<PolicyEngine>>,
        authenticator: impl Authenticator + 'static,
        audit: impl AuditSink + 'static,
    ) -> Self {
        Self {
            id: GuardId::next(),
            engine: RwLock::new(engine.into()),
            authenticator: Contained::new(Arc::new(authenticator)),
            audit: Arc::new(audit),
            confirmation: None,
            courtesy: None,
            may_waive: false,
            signatures_alone: false,
            tries: NonZeroU8::MIN,
            timeout: Duration::from_secs(60),
            lifetimes: Lifetimes::default(),
            notices: Vec::new(),
            #[cfg(feature = "approvals")]
            approvers: Arc::default(),
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

    /// Gives each question this long, 60 seconds without this. The first one's time
    /// counts from when the guard was called: the wait for other prompts in the same
    /// place is part of it.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Lets a grant wait this long for its store to begin
    /// ([`Grant::begin`]), 30 seconds without this.
    #[must_use]
    pub const fn with_grant_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.waiting = lifetime;
        self
    }

    /// Lets a store be at work this long with a grant that it began with in time, ten
    /// minutes without this.
    #[must_use]
    pub const fn with_work_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.at_work = lifetime;
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

    /// The engine that this guard decides with now.
    #[must_use]
    pub fn engine(&self) -> Arc<PolicyEngine> {
        let engine = self.engine.read();
        Arc::clone(&engine.unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other policies in force.
    ///
    /// Prompts that are up stay up, and what is answered is decided on under these.
    /// What was granted under those before is refused when it is redeemed
    /// ([`GrantError::PoliciesChanged`](crate::GrantError::PoliciesChanged)).
    pub fn reload(&self, engine: impl Into<Arc<PolicyEngine>>) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = engine.into();
    }

    /// Returns the issuer of this guard's grants, under the policies that are in force
    /// now. A store gives it to [`Grant::redeem`].
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        self.issuer_under(self.engine().digest())
    }

    fn issuer_under(&self, policies: PoliciesDigest) -> Issuer {
        Issuer {
            policies,
            log: self.audit.id(),
            guard: Some(self.id),
        }
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

    /// Decides on `operation`, asks a person if policy says so, and grants or
    /// refuses.
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
    /// [`Refusal`]: policy says no or the operation is not whole (nobody was asked),
    /// nobody confirmed their presence, or the log cannot be written. Nothing has
    /// changed.
    pub async fn authorize(&self, operation: Operation) -> Result<Grant, Refusal> {
        #[cfg(feature = "tracing")]
        let span = crate::trace::span(&operation);
        let authorizing = self.decide_and_ask(operation);
        #[cfg(feature = "tracing")]
        let authorizing = tracing::Instrument::instrument(authorizing, span);
        authorizing.await
    }

    async fn decide_and_ask(&self, operation: Operation) -> Result<Grant, Refusal> {
        let outcome = self.authorized(operation).await;
        trace::ended(&outcome);
        outcome
    }

    async fn authorized(&self, operation: Operation) -> Result<Grant, Refusal> {
        let case = Arc::new(Case {
            decision: self.engine().decide(&operation),
            operation: Arc::new(operation),
            audit: Arc::clone(&self.audit),
        });
        trace::decided(&case.decision);
        let called_off = CalledOff::armed(Arc::clone(&case));
        let intent = match self.vouch(&case.operation, &case.decision).await {
            Ok(vouched) => self.intent(&case.operation, vouched),
            Err(refusal) => Err(refusal),
        };
        // INVARIANT (10): no `await` between the hand-over and the disarming,
        // so that a call which is dropped is on the log, once.
        match intent {
            Ok(intent) if !case.is_logged(&intent) => {
                called_off.disarm();
                Ok(case.granted(intent.vouched, intent.issuer, intent.lifetimes, None))
            }
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

    /// As [`authorize`](Self::authorize), for a host without an executor: it waits in
    /// this thread.
    ///
    /// It must not be called inside another future's `poll`.
    ///
    /// # Errors
    ///
    /// As `authorize`.
    pub fn authorize_blocking(&self, operation: Operation) -> Result<Grant, Refusal> {
        futures_lite::future::block_on(self.authorize(operation))
    }

    /// Decides again, with the factor really given: what goes on the log before
    /// there is a grant.
    fn intent(&self, operation: &Operation, vouched: Vouched) -> Result<Intent, Refusal> {
        // INVARIANT (15): the policies that are in force now, and not those of when the
        // prompt went up.
        let engine = self.engine();
        let policies = engine.decide_with(operation, vouched.authentication())?;
        let event = AuditEvent::Intent {
            factor: vouched.factor,
            authenticator: vouched.authenticator,
            reference: vouched.reference.clone(),
            policies,
            notices: self.notices.iter().map(ToString::to_string).collect(),
            approval: vouched.approval.as_ref().map(LoggedApproval::of),
        };
        Ok(Intent {
            event,
            vouched,
            issuer: self.issuer_under(engine.digest()),
            lifetimes: self.lifetimes,
        })
    }
}
