//! The vault's identity: which passphrase counts, and for which file.
//!
//! identity.age lies where the one who asks can write. So the log pins the key
//! that it holds, by its public half, with the file's SHA-256; a passphrase
//! counts only if the identity that it opens is that one. Without a pin the
//! identity has to open what the vault holds, which proves no continuity.

mod check;
mod entries;
mod judge;
mod notice;
mod pin;
mod proven;
mod reference;

use std::{path::Path, sync::Arc};

use openpass_auth_passphrase::{IdentityVerifier, identity};
use openpass_policy::{Action, Operation};

use self::check::{Check, Takes};
use crate::{GuardLog, Vault, VaultError, files, hash, vault::IDENTITY};

pub(crate) use judge::Judged;
pub(crate) use notice::Adopted;
pub(crate) use pin::Pin;
pub(crate) use proven::Proven;

impl Vault {
    /// Returns the verifier of this vault's passphrase.
    ///
    /// identity.age is read here, once. Its passphrase counts if it opens the
    /// identity that the log pins; without a pin, if that identity opens
    /// manifest.age and every entry.
    ///
    /// # Errors
    ///
    /// That the file is not there, not the user's own and private, or no
    /// identity that a passphrase could open; or that the log cannot be read.
    pub fn verifier(&self) -> Result<IdentityVerifier, VaultError> {
        self.verifier_of(self.identity()?, Takes::ThePinned)
    }

    /// The verifier of a passphrase that vouches for `operation`. If the
    /// operation accepts another identity and a person attends it, an identity
    /// that opens everything counts as well.
    ///
    /// # Errors
    ///
    /// As [`verifier`](Self::verifier).
    pub fn verifier_for(&self, operation: &Operation) -> Result<IdentityVerifier, VaultError> {
        let takes = if accepts_another(operation) && operation.request().attended {
            Takes::AnotherThatOpens
        } else {
            Takes::ThePinned
        };
        self.verifier_of(self.identity()?, takes)
    }

    /// Returns the verifier of the passphrase of the identity that the log pins, read
    /// from `file`, an older identity.age. Where the pinned identity vouched for
    /// itself, the file must hold the last identity that did not. The passphrase
    /// vouches for [`Change::AcceptIdentity`](crate::Change::AcceptIdentity) and
    /// nothing else.
    ///
    /// # Errors
    ///
    /// As [`verifier`](Self::verifier).
    pub fn verifier_of_old(&self, file: &Path) -> Result<IdentityVerifier, VaultError> {
        let bytes = files::read_private(file, identity::MAX_BYTES as u64)?.ok_or_else(|| {
            let missing = std::io::ErrorKind::NotFound.into();
            VaultError::unreadable(file, missing)
        })?;
        self.verifier_of(bytes, Takes::TheOld)
    }

    /// identity.age as it is now: a regular file, the user's own and private.
    pub(crate) fn identity(&self) -> Result<Vec<u8>, VaultError> {
        let path = self.dir().join(IDENTITY);
        files::read_private(&path, identity::MAX_BYTES as u64)?.ok_or_else(|| {
            VaultError::HalfVault {
                dir: self.shown(),
                missing: IDENTITY,
            }
        })
    }

    /// identity.age's SHA-256, or what tells the thing in its place from
    /// another. It never fails: what needs no passphrase goes on without.
    pub(crate) fn identity_item(&self) -> String {
        match self.read_or_describe(&self.dir().join(IDENTITY)) {
            Ok(bytes) => hash::sha256_hex(&bytes.unwrap_or_default()),
            Err(error) => error.to_string(),
        }
    }

    /// Whether `reference` is to an identity that was read from this vault's own file.
    pub(crate) fn is_of_this_file(&self, reference: Option<&str>) -> bool {
        let read = reference.and_then(reference::Reference::read);
        read.is_some_and(|read| read.sha256 == self.identity_item())
    }

    fn verifier_of(&self, bytes: Vec<u8>, takes: Takes) -> Result<IdentityVerifier, VaultError> {
        let state = GuardLog::of(self).state()?;
        let check = Check {
            vault: self.dir().to_owned(),
            sha256: hash::sha256_hex(&bytes),
            pin: state.pin,
            proven: state.proven.map(|proven| proven.pin),
            takes,
        };
        Ok(IdentityVerifier::new(bytes)?.with_check(Arc::new(check)))
    }
}

/// Whether `operation` is the one by which another identity is accepted: what
/// else is accepted never names the file.
pub(crate) fn accepts_another(operation: &Operation) -> bool {
    let names_it = |change: &openpass_policy::FieldChange| change.field == IDENTITY;
    *operation.action() == Action::AcceptDrift && operation.changes().iter().any(names_it)
}
