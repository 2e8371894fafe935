//! A change that was worked out, and is to be authorized.

use core::fmt;
use std::sync::Arc;

use openpass_approval::Approver;
use openpass_policy::{After, AuthMethod, Before, Effect, Operation, author::MatrixDiff};

use super::{
    Change, FileChange, IssuedToken, Material, auth,
    plan::{Accepts, MakeOperation},
};
use crate::{Profile, VaultError, approved::Next, seal::Seal};

/// A change worked out against the vault as it is: the operation to be
/// authorized, and what would be written.
#[derive(Clone)]
pub struct Proposal {
    pub(super) change: Change,
    pub(super) material: Material,
    pub(super) operation: Arc<Operation>,
    pub(super) effect: Effect,
    pub(super) build: MakeOperation,
    pub(super) files: Vec<FileChange>,
    pub(super) profiles: Option<(Profile, Profile)>,
    pub(super) decisions: Option<MatrixDiff>,
    pub(super) accepts: Option<Accepts>,
    pub(super) next: Next,
    pub(super) scope: [u8; 16],
    pub(super) seal: Seal,
    pub(super) approvers: Option<Vec<Approver>>,
    pub(super) adopts: bool,
    pub(super) issued: Option<IssuedToken>,
    pub(super) left: Option<String>,
}

impl Proposal {
    /// The operation to be authorized.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The operation again, to be [authorized](crate::Door::authorize).
    #[must_use]
    pub fn to_authorize(&self) -> Operation {
        let request = self.operation.request().clone();
        sealed((self.build)(request, self.effect.clone()), &self.seal)
    }

    /// The change, in the one form that all ways to ask for it share.
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// The agent's profile before and after, where a profile changes.
    #[must_use]
    pub const fn profiles(&self) -> Option<&(Profile, Profile)> {
        self.profiles.as_ref()
    }

    /// Returns the decisions that the guard would make otherwise, where its
    /// policies change.
    #[must_use]
    pub const fn decisions(&self) -> Option<&MatrixDiff> {
        self.decisions.as_ref()
    }

    /// Returns the method by which the vault would be unlocked, if the change
    /// makes it another.
    #[must_use]
    pub fn unlocks_by(&self) -> Option<AuthMethod> {
        let changes = self.operation.changes();
        let change = changes
            .iter()
            .find(|change| change.field == auth::IN_EFFECT)?;
        crate::parse_auth_method(change.after.as_deref()?)
    }

    /// The token that would be issued, without its secret.
    #[must_use]
    pub const fn issued(&self) -> Option<&IssuedToken> {
        self.issued.as_ref()
    }

    /// Whether a repair puts everything back. What it cannot keeps it from nothing
    /// else, so this is to be asked once it is made.
    ///
    /// # Errors
    ///
    /// [`VaultError::PutBackInPart`], with what is left and what to do.
    pub fn is_whole(&self) -> Result<(), VaultError> {
        match self.left.clone() {
            None => Ok(()),
            Some(what) => Err(VaultError::PutBackInPart { what }),
        }
    }

    /// The files that would be replaced, made or removed, below the vault.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    pub(crate) fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// Whether it takes settings or permits for good that nobody has approved
    /// yet, beside what it changes itself. They are among the operation's
    /// changes.
    #[must_use]
    pub const fn adopts(&self) -> bool {
        self.adopts
    }

    /// Returns the state that is approved once the change is made.
    pub(crate) const fn next(&self) -> &Next {
        &self.next
    }

    /// The vault's id, or the one that it is to have.
    pub(crate) const fn scope(&self) -> &[u8; 16] {
        &self.scope
    }

    /// The seal of what is approved once the change is made.
    pub(crate) const fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Returns the approvers once the change is made, where it alters them.
    pub(crate) fn approvers(&self) -> Option<&[Approver]> {
        self.approvers.as_deref()
    }

    /// Returns the time at which the change was asked for, by the system's clock.
    pub(crate) const fn asked_at(&self) -> jiff::Timestamp {
        self.material.now()
    }

    pub(crate) const fn accepts(&self) -> Option<&Accepts> {
        self.accepts.as_ref()
    }
}

/// `operation`, which ends in `seal`.
pub(super) const fn sealed(operation: Operation, seal: &Seal) -> Operation {
    operation.sealed(Before(seal.before.bytes()), After(seal.sha256.bytes()))
}

/// Files may hold secrets, so none is shown.
impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<&str> = self.file_names().collect();
        f.debug_struct("Proposal")
            .field("change", &self.change)
            .field("operation", &self.operation)
            .field("files", &files)
            .finish_non_exhaustive()
    }
}
