//! The guard in front of an operation, with the prompts that fit it.

use std::sync::Arc;

use openpass_auth::{Authenticator, Confirmation, SafeText};
use openpass_policy::{Action, AuditSink, Decision, Grant, Guard, Operation, StepUp, Unattended};

use super::{Door, DoorError, Requester, TRIES, chain};
use crate::GuardLog;

impl Door {
    /// Refuses prompts that cannot answer for `operation`, before anybody is
    /// asked.
    ///
    /// # Errors
    ///
    /// [`DoorError::YesIsNoAnswer`], [`DoorError::NoReason`].
    pub fn fits(&self, decision: &Decision) -> Result<(), DoorError> {
        if !matches!(decision, Decision::RequireBiometry { .. }) || !self.prompts.says_yes() {
            return Ok(());
        }
        if !self.prompts.is_unattended() {
            return Err(DoorError::YesIsNoAnswer);
        }
        let reason = self.reason.as_deref().unwrap_or_default();
        if !can_be_read(reason) {
            return Err(DoorError::NoReason);
        }
        Ok(())
    }

    /// Decides on `operation`, asks where that takes somebody, and grants or
    /// refuses.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt and grants nothing.
    ///
    /// # Errors
    ///
    /// That the prompts do not fit, that one cannot be made, or the guard's
    /// refusal. Nothing has changed.
    pub async fn authorize(&self, operation: Operation) -> Result<Grant, DoorError> {
        let decision = self.decide(&operation);
        self.fits(&decision)?;
        let guard = self.guard(&operation, &decision)?;
        // A prompt's future is large, and a host may hold several on its stack.
        Ok(Box::pin(guard.authorize(operation)).await?)
    }

    /// The guard for `operation`, on which policy said `decision`.
    pub(super) fn guard(
        &self,
        operation: &Operation,
        decision: &Decision,
    ) -> Result<Guard, DoorError> {
        self.guard_on(Arc::new(self.log()), operation, decision)
    }

    /// As [`guard`](Self::guard), with another log than the guard's own.
    pub(super) fn guard_on(
        &self,
        log: Arc<dyn AuditSink>,
        operation: &Operation,
        decision: &Decision,
    ) -> Result<Guard, DoorError> {
        // Of what is allowed and kept off the log, nobody wants to know who asked.
        if log.keeps_unasked() || !matches!(decision, Decision::Allow { .. }) {
            self.note_asker();
        }
        // What is denied or allowed as it is must not fail for want of a
        // verifier: the guard refuses the one and logs both.
        if !matches!(decision, Decision::RequireBiometry { .. }) {
            let guard = self.guard_with(chain::nobody(), log);
            return Ok(match self.courtesy(operation) {
                Some(confirmation) => guard.with_courtesy(confirmation),
                None => guard,
            });
        }
        let guard = self.guard_with(self.authenticator(operation)?, log);
        let guard = guard.with_approvers(self.vault.whose_signatures_count(operation)?);
        let guard = guard.with_notices(self.notices()?);
        let guard = match self.vault.takes_signatures_alone(operation) {
            true => guard.with_signatures_alone(),
            false => guard,
        };
        if self.prompts.is_unattended() {
            return Ok(if self.waives() {
                guard.with_waiver()
            } else {
                guard
            });
        }
        let guard = guard.with_tries(TRIES);
        Ok(if self.confirms() {
            guard.with_confirmation(self.confirmation())
        } else {
            guard
        })
    }

    /// The guard's log, whose lines say which process asked.
    ///
    /// INVARIANT: it decides nothing, and no change fails for it.
    pub(super) fn log(&self) -> GuardLog {
        GuardLog::of(&self.vault).asked_by(self.asked_by.clone())
    }

    /// Reads who asks, before anybody is asked.
    pub(super) fn note_asker(&self) {
        let _ = self.asked_by.by();
    }

    pub(super) fn guard_with(
        &self,
        authenticator: Arc<dyn Authenticator>,
        log: Arc<dyn AuditSink>,
    ) -> Guard {
        let engine = Arc::clone(&self.engine);
        Guard::new(engine, authenticator, log).with_timeout(self.settings.timeout)
    }

    /// A y/N before a change that policy allows as it is. A key that gives no
    /// power takes none.
    fn courtesy(&self, operation: &Operation) -> Option<Arc<dyn Confirmation>> {
        let routine = *operation.action() == Action::SetRoutineConfigKey;
        let asks = self.prompts.has_terminal() && !self.prompts.says_yes() && !routine;
        asks.then(|| self.confirmation())
    }

    /// Whether the settings ask scripts for nothing, and the prompts have no
    /// proof to give.
    pub(super) fn waives(&self) -> bool {
        let waives = self.settings.guard.unattended == Unattended::Waive;
        waives
            && self.requester == Requester::Person
            && self.prompts.is_unattended()
            && !self.prompts.has_passphrase()
    }

    /// Whether the settings ask a person for a y/N, and no flag for more.
    pub(super) fn confirms(&self) -> bool {
        let confirms = self.settings.guard.step_up == StepUp::Confirm;
        confirms && self.prompts.has_terminal() && !self.prompts.wants_a_factor()
    }
}

/// Whether `text` has a letter or a digit that a person sees: a reason of blanks
/// and of what draws nothing is none.
fn can_be_read(text: &str) -> bool {
    let is_seen = |it: char| {
        SafeText::escape(it.encode_utf8(&mut [0; 4]))
            .as_str()
            .contains(it)
    };
    text.chars().any(|it| it.is_alphanumeric() && is_seen(it))
}
