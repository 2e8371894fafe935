//! The identity under a new passphrase.

use core::fmt;

use openpass_policy::{Direction, FieldChange, Operation};

use super::{FileChange, Plan};
use crate::{Vault, VaultError, files, hash, vault::IDENTITY};

/// Where the old identity.age is kept until the outcome is on the log.
pub(crate) const KEPT: &str = "guard/identity.age.old";

/// The bytes of an identity.age: encrypted, hence no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedIdentity(Vec<u8>);

impl SealedIdentity {
    /// An identity.age that the host has opened once with the new passphrase.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SealedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedIdentity({} bytes)", self.0.len())
    }
}

impl Vault {
    pub(super) fn plan_identity(&self, identity: &SealedIdentity) -> Result<Plan, VaultError> {
        let before = self.identity()?;
        let described = |bytes: &[u8]| format!("sha256 {}", hash::sha256_hex(bytes));
        let change = FieldChange::new(
            IDENTITY,
            Some(described(&before)),
            Some(described(&identity.0)),
            Direction::Neutral,
        );
        let kept = FileChange {
            name: KEPT.to_owned(),
            before: files::read_own(&self.dir().join(KEPT))?,
            after: Some(before.clone()),
        };
        let file = FileChange {
            name: IDENTITY.to_owned(),
            before: Some(before),
            after: Some(identity.0.clone()),
        };
        Ok(Plan::new(
            vec![change],
            vec![kept, file],
            Operation::rotate_passphrase,
        ))
    }
}
