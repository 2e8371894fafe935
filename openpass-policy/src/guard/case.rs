//! One operation's way to the log: written on a thread of its own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use openpass_auth::{Blocking, Lost};

use super::{Intent, Lifetimes, vouch::Vouched, writing::Writing};
use crate::{
    AuditError, AuditEvent, AuditRecord, AuditSink, AuthFactor, Decision, Grant, Issuer, Operation,
    Refusal, audit::record_or_count,
};

/// The name of the threads that write to the log.
const THREAD: &str = "openpass-log";

/// The parts of one call of [`Guard::authorize`](super::Guard::authorize) that are to
/// be recorded.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) operation: Arc<Operation>,
    pub(super) decision: Decision,
    pub(super) audit: Arc<dyn AuditSink>,
}

/// The result of an intent: the grant, once the intent is on the log.
///
/// INVARIANT (10): the grant comes to be on the thread that wrote the intent.
/// If the call is dropped, whenever that is, nobody takes this, and dropping it
/// drops the grant, which says on the log that it came to nothing.
struct Written {
    // Dropped in this order: what it says on the log is waited for, too.
    outcome: Result<Grant, Refusal>,
    _writing: Writing,
}

impl Case {
    /// Begins to write the intent. What is awaited gives the grant.
    pub(super) fn grant(
        self: &Arc<Self>,
        intent: Intent,
    ) -> impl Future<Output = Result<Grant, Refusal>> + use<> {
        let (case, writing) = (Arc::clone(self), Writing::begin());
        let write = move || Written {
            outcome: case.write_intent(intent),
            _writing: writing,
        };
        let (case, begun) = (Arc::clone(self), Blocking::start(THREAD, write));
        async move {
            let lost = match begun {
                Ok(writing) => match writing.await {
                    Ok(written) => return written.outcome,
                    Err(lost) => lost,
                },
                Err(lost) => lost,
            };
            Err(Refusal::NotRecorded(case.lost(lost)))
        }
    }

    /// Begins to put a refusal on the log. It stands whether or not it can be
    /// written; what is awaited says which.
    pub(super) fn refuse(
        self: &Arc<Self>,
        reason: String,
    ) -> impl Future<Output = Result<(), AuditError>> + use<> {
        let (case, writing) = (Arc::clone(self), Writing::begin());
        let write = move || {
            let logged = case.write_refusal(reason);
            drop(writing);
            logged
        };
        let (case, begun) = (Arc::clone(self), Blocking::start(THREAD, write));
        // Without a thread it is counted at once: a call that was dropped awaits
        // nothing.
        let begun = begun.map_err(|lost| case.lost(lost));
        async move { begun?.await.unwrap_or_else(|lost| Err(case.lost(lost))) }
    }

    fn write_intent(&self, intent: Intent) -> Result<Grant, Refusal> {
        let record = AuditRecord::new(&self.operation, intent.event);
        if let Err(error) = self.audit.record(&record) {
            let refusal = Refusal::NotRecorded(error);
            let logged = self.write_refusal(refusal.to_string());
            return Err(refusal.or_unlogged(logged));
        }
        let log = Some(Arc::clone(&self.audit));
        Ok(self.granted(intent.vouched, intent.issuer, intent.lifetimes, log))
    }

    /// Whether the log is to have the intent, and what becomes of it.
    pub(super) fn is_logged(&self, intent: &Intent) -> bool {
        intent.vouched.factor != AuthFactor::None || self.audit.keeps_unasked()
    }

    /// The grant of an intent that is on `log`, or that no log is to have.
    pub(super) fn granted(
        &self,
        vouched: Vouched,
        issuer: Issuer,
        lifetimes: Lifetimes,
        log: Option<Arc<dyn AuditSink>>,
    ) -> Grant {
        Grant::new(
            Arc::clone(&self.operation),
            (vouched.factor, vouched.reference, vouched.approval),
            issuer,
            lifetimes,
            log,
        )
    }

    fn write_refusal(&self, reason: String) -> Result<(), AuditError> {
        let event = self.refused(reason);
        record_or_count(self.audit.as_ref(), &self.operation, event)
    }

    fn refused(&self, reason: String) -> AuditEvent {
        let policy = self.decision.clone();
        AuditEvent::Refused { policy, reason }
    }

    /// Tells the sink that it did not get to write a refusal.
    fn lost(&self, lost: Lost) -> AuditError {
        let error = AuditError::caused_by(lost.to_string(), lost);
        let record = AuditRecord::new(&self.operation, self.refused(error.to_string()));
        // A sink that panicked once may do so again; the refusal stands.
        let tell = AssertUnwindSafe(|| self.audit.missed(&record, &error));
        drop(catch_unwind(tell));
        error
    }
}

/// Says on the log that somebody called it off, when the future is dropped
/// before an intent or a refusal was handed over.
pub(super) struct CalledOff(Option<Arc<Case>>);

impl CalledOff {
    pub(super) const fn armed(case: Arc<Case>) -> Self {
        Self(Some(case))
    }

    pub(super) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CalledOff {
    fn drop(&mut self) {
        if let Some(case) = self.0.take() {
            let reason = "called off before there was an answer".to_owned();
            // To drop a future must not block, so a thread writes this. Nobody
            // waits any more to hear that it could not be written.
            drop(case.refuse(reason));
        }
    }
}
