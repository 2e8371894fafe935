//! A person's no to a request.

use std::sync::Arc;

use openpass_policy::{AuditEvent, AuditRecord, AuditSink as _, Operation, PolicyEngine};

use super::{Pending, PendingState, turn::Turn};
use crate::{GuardLog, Requester, Vault, VaultError, asker::Asking, change::Knowing};

impl Pending {
    /// Ends the request with a no, which goes on the log with the person's
    /// `reason`; its host can see both. Nobody is asked, since it takes power
    /// from nobody; but `by` must be a person, who has acted, as with an
    /// approval.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotForAgents`], or that the file cannot be written. With
    /// [`VaultError::DenialNotRecorded`] the no stands.
    pub fn deny(
        self,
        vault: &Vault,
        by: &Requester,
        reason: Option<&str>,
    ) -> Result<(), VaultError> {
        Self::is_for(by)?;
        let operation = self.operation(vault);
        let answer = reason.map(ToOwned::to_owned);
        let turn = Turn::wait(vault)?;
        // It may have been approved since it was read.
        if Self::find(vault, &self.code)?.0 != self {
            return Err(VaultError::Conflict);
        }
        self.note(vault, PendingState::Denied, answer)?;
        drop(turn);
        let Some(operation) = operation else {
            return Ok(());
        };
        let said = reason
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        let event = AuditEvent::Refused {
            policy: engine(vault)?.decide(&operation),
            reason: format!("a person denied the request {}{said}", self.code),
        };
        let record = AuditRecord::new(&operation, event);
        let log = GuardLog::of(vault).asked_by(Asking::default());
        log.record(&record).map_err(|error| {
            log.missed(&record, &error);
            VaultError::DenialNotRecorded(error)
        })
    }

    /// Returns the operation that was asked for, as far as it can be worked
    /// out.
    fn operation(&self, vault: &Vault) -> Option<Operation> {
        let change = self.change.as_ref()?;
        let request = self.request(vault);
        match vault.propose(request.clone(), change) {
            Ok(proposal) => Some(proposal.to_authorize()),
            Err(_) => vault
                .bare_operations(&request, change, Knowing::TheVault)
                .into_iter()
                .next(),
        }
    }
}

fn engine(vault: &Vault) -> Result<Arc<PolicyEngine>, VaultError> {
    vault
        .engine()
        .or_else(|error| PolicyEngine::shipped().map(Arc::new).map_err(|_| error))
}
