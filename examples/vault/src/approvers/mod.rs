//! The approvers: the public keys whose signatures count for this vault.
//!
//! They are on the log and nowhere else. There is no file that somebody could exchange, and
//! a line that is missing is told. The first passphrase that vouches for a change enrols
//! its own key (`after`); from then on each key takes a signature of an approver that is
//! there ([`change`]).

mod after;
pub(crate) mod change;
mod notice;
mod register;
mod touch_id;

use openpass_approval::{Approver, Approvers};
use openpass_auth::Factor;
use openpass_policy::{Action, ApproverKind, ApproverRef, AuthFactor, Operation};

use crate::{GuardLog, Vault, VaultError, identity};

pub(crate) use register::{Left, Register, as_hex};

impl Vault {
    /// Returns the approvers of now, the first enrolled first.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn approvers(&self) -> Result<Vec<Approver>, VaultError> {
        Ok(self.register()?.in_force)
    }

    /// Everybody whose signatures are on the log: who can approve, then who could before.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn approvers_ever(&self) -> Result<Vec<Approver>, VaultError> {
        let register = self.register()?;
        Ok([register.in_force, register.former].concat())
    }

    /// The id that names this vault on its log and in what is signed for it: 32
    /// hexadecimal digits. `None` before anything was approved.
    ///
    /// # Errors
    ///
    /// That the log cannot be read.
    pub fn id(&self) -> Result<Option<String>, VaultError> {
        Ok(self.register()?.scope.map(|scope| crate::hash::hex(&scope)))
    }

    /// Whether a security key is among them. Where that cannot be told, none is asked for.
    pub(crate) fn takes_keys(&self) -> bool {
        let all = self.approvers().unwrap_or_default();
        all.iter().any(|it| it.factor() == Factor::SecurityKey)
    }

    pub(crate) fn register(&self) -> Result<Register, VaultError> {
        Ok(GuardLog::of(self).state()?.approvers)
    }

    /// Returns the approvers whose signatures count for `operation`.
    ///
    /// A key that nobody knows yet counts where there is no approver, where the person
    /// puts the passphrase's right, and where another identity is accepted: its own
    /// passphrase has another key.
    ///
    /// INVARIANT (a missing line makes nothing easier): while lines are missing or damaged,
    /// the passphrase alone counts, whose key shows itself. For a repair it then signs
    /// nothing, so that no line that is missing takes repair away.
    pub(crate) fn whose_signatures_count(
        &self,
        operation: &Operation,
    ) -> Result<Approvers, VaultError> {
        let state = GuardLog::of(self).state()?;
        let (is_damaged, register) = (state.is_damaged(), state.approvers);
        let enrols = enrols(operation) || register.enrols_next();
        let mut counts = register.in_force;
        if register.in_doubt {
            counts.retain(|it| it.factor() == Factor::Passphrase);
        }
        let mut approvers = Approvers::of(self.scope()?);
        if enrols {
            // The one that is there enrols as any other does, and stays what it is.
            counts.retain(|it| it.factor() != Factor::Passphrase);
            approvers = approvers.enrolling(Factor::Passphrase);
        } else if is_damaged && operation.action().is_repair() {
            counts.retain(|it| it.factor() != Factor::Passphrase);
        }
        for (id, counter) in register.counters {
            approvers = approvers.having_counted(id, counter);
        }
        Ok(counts.into_iter().fold(approvers, Approvers::with))
    }
}

/// Whether `operation` takes a passphrase whose key nobody knows yet.
fn enrols(operation: &Operation) -> bool {
    *operation.action() == Action::RenewApprover || identity::accepts_another(operation)
}

/// `approver` as policy knows it.
pub(crate) fn reference(approver: &Approver) -> ApproverRef {
    ApproverRef {
        id: approver.id().to_string(),
        kind: ApproverKind::of(AuthFactor::from(approver.factor())),
    }
}
