//! Reads: decided like every operation, and kept off the log.

use std::sync::Arc;

use openpass_policy::{
    AuditError, AuditRecord, AuditSink, Decision, FieldChange, LogId, Operation, Outcome, Request,
};

use super::{Door, DoorError, Requester, chain};
use crate::{GuardLog, Vault, VaultError};

/// The kind of a host's read, by which policy decides on the read. A host gives
/// each of its reads one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind of look must break the builds that decide on looks"
)]
pub enum Look {
    /// List what there is: agents, tokens, policies, requests that wait.
    List,
    /// Show one thing: a profile, a key of config.yaml, lines of the log.
    Show,
    /// Say how things are: the auth method, the guard, one request.
    Status,
    /// Say what a change would take: an explanation, the matrix.
    Explain,
    /// Work a change out and do not make it.
    DryRun,
}

impl Look {
    /// The operation that policy decides on.
    #[must_use]
    pub fn operation(self, request: Request) -> Operation {
        match self {
            Self::List => Operation::list(request),
            Self::Show => Operation::show(request),
            Self::Status => Operation::status(request),
            Self::Explain => Operation::explain(request),
            Self::DryRun => Operation::dry_run(request),
        }
    }
}

/// Proof that policy allowed a look. It permits no change.
#[derive(Debug)]
#[must_use = "a look that nobody decided on is none"]
pub struct Looked(());

impl Looked {
    /// The proof that policy allows `requester` every look at `vault`, where nothing has to
    /// be asked for that: for a person, in a vault without a policy of its own that counts.
    /// `None` where an engine has to decide, as a [`Door`] does.
    ///
    /// INVARIANT (every read is decided): the shipped policies allow a person every look,
    /// under all settings. A test has the engine decide each of them.
    #[must_use]
    pub fn by_shipped_policies(vault: &Vault, requester: &Requester) -> Option<Self> {
        let is_shipped_alone = || {
            let own = vault.policies_in_force();
            own.is_ok_and(|own| own.is_empty())
        };
        (*requester == Requester::Person && is_shipped_alone()).then_some(Self(()))
    }
}

impl Door {
    /// Returns the changes of `operation` that the asker may see. A host shows
    /// these and nothing else of the operation, whether the change is only
    /// worked out, is to be made or was made.
    ///
    /// INVARIANT (no change is a look): what an agent may not look at, it is not
    /// shown by asking for a change of it. A person sees everything, in the
    /// question too.
    #[must_use]
    pub fn seen<'o>(&self, operation: &'o Operation) -> &'o [FieldChange] {
        let unseen = [Look::Show, Look::DryRun]
            .iter()
            .any(|look| self.is_denied_agent(&look.operation(self.request())));
        if unseen || self.is_denied_agent(operation) {
            return &[];
        }
        operation.changes()
    }

    /// Returns the proof that policy allows the look without anybody being asked; `None`
    /// where it does not. Nothing is put on the log: a look that was allowed by itself is
    /// not, and [`look`](Self::look) refuses or asks.
    #[must_use]
    pub fn look_unasked(&self, look: Look) -> Option<Looked> {
        let decision = self.decide(&look.operation(self.request()));
        matches!(decision, Decision::Allow { .. }).then_some(Looked(()))
    }

    /// Decides whether the asker may look, and asks where policy wants somebody
    /// asked.
    ///
    /// # Cancellation
    ///
    /// Dropping the future dismisses the prompt.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    pub async fn look(&self, look: Look) -> Result<Looked, DoorError> {
        let operation = || look.operation(self.request());
        let asked = operation();
        let log = Arc::new(Looks(self.log()));
        let authenticator = match self.decide(&asked) {
            Decision::RequireBiometry { .. } => {
                self.note_asker();
                self.authenticator(&asked)?
            }
            _ => chain::nobody(),
        };
        let guard = self.guard_with(authenticator, log);
        let grant = Box::pin(guard.authorize(asked)).await?;
        let redeemed = grant
            .redeem(&guard.issuer(), &operation())
            .map_err(VaultError::Grant)?;
        redeemed
            .settle(Outcome::Done)
            .map_err(VaultError::OutcomeNotRecorded)?;
        Ok(Looked(()))
    }
}

/// The log of a look. What policy allowed without anybody is left out, outcome
/// and all: an agent that looks ten thousand times must not push changes out of
/// sight. A refusal, and a look that a person vouched for, are on the log.
#[derive(Debug)]
pub(super) struct Looks(pub(super) GuardLog);

impl AuditSink for Looks {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        self.0.record(record)
    }

    fn missed(&self, record: &AuditRecord, error: &AuditError) {
        self.0.missed(record, error);
    }

    fn id(&self) -> LogId {
        self.0.id()
    }

    fn keeps_unasked(&self) -> bool {
        false
    }
}
