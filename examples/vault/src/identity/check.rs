//! Whether the identity that a passphrase opened is this vault's.

use std::path::PathBuf;

use openpass_auth_passphrase::{IdentityCheck, OpenedIdentity, Verified, VerifyError};

use super::{Pin, entries, reference::Reference};

/// The identities that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// The pinned identity; without a pin, an identity that opens everything.
    ThePinned,
    /// The pinned identity, or another identity that opens everything: a person
    /// is asked to accept that one.
    AnotherThatOpens,
    /// The identity that a proof pinned last, from a file that is identity.age
    /// no more.
    TheOld,
}

/// Judges an identity for one vault. It is asked while the key is there, so
/// the key itself never comes here.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) vault: PathBuf,
    /// The SHA-256 of the bytes that the passphrase opened.
    pub(super) sha256: String,
    pub(super) pin: Pin,
    /// The pin that a proof made, where the identity of `pin` vouched for
    /// itself.
    pub(super) proven: Option<Pin>,
    pub(super) takes: Takes,
}

impl IdentityCheck for Check {
    fn check(&self, opened: &OpenedIdentity) -> Result<Verified, VerifyError> {
        let reference = Reference {
            recipient: opened.recipient(),
            sha256: self.sha256.clone(),
        };
        self.counts(&reference, opened)?;
        Ok(Verified::against(reference.to_string()))
    }
}

impl Check {
    fn counts(&self, reference: &Reference, opened: &OpenedIdentity) -> Result<(), VerifyError> {
        // One that vouched for itself vouches for no other.
        let pin = match (self.takes, &self.proven) {
            (Takes::TheOld, Some(proven)) => proven,
            (Takes::AnotherThatOpens, Some(proven)) if proven.is(reference) => proven,
            _ => &self.pin,
        };
        let pinned = pin.is(reference);
        match (pin, self.takes) {
            (Pin::Key { .. }, _) if pinned => Ok(()),
            // Its file is vouched for. Nobody has seen what its key opens.
            (Pin::File { .. }, Takes::TheOld) if pinned => Ok(()),
            (Pin::File { .. }, _) if pinned => self.opens_everything(opened),
            (Pin::Nothing, Takes::ThePinned) | (_, Takes::AnotherThatOpens) => {
                self.opens_everything(opened)
            }
            (_, Takes::TheOld) => Err(other(OLD)),
            (Pin::Key { .. } | Pin::File { .. }, Takes::ThePinned) => Err(other(EXCHANGED)),
        }
    }

    fn opens_everything(&self, opened: &OpenedIdentity) -> Result<(), VerifyError> {
        let looked = entries::look(&self.vault, opened);
        match looked.first_problem {
            None => Ok(()),
            Some(first) => Err(other(&format!(
                "the passphrase opened identity.age, but its key does not open {} of {} files of the vault, the first {first}; so it is not this vault's identity, or the file is damaged: put the vault's own identity.age back, or move the damaged file away",
                looked.problems, looked.files,
            ))),
        }
    }
}

const EXCHANGED: &str = "identity.age is not the one that this vault was pinned to: somebody put another in its place, or made a new one. Put the old file back. If you want the new one, accept it with `openpass guard accept --old-identity FILE` and the old passphrase, or at a terminal with `openpass guard accept --identity`";

const OLD: &str = "the given file is not the identity that this vault was pinned to, or an identity that only vouched for itself; give an older identity.age, or accept the new identity at a terminal with `openpass guard accept --identity`";

/// Makes the error for a passphrase that opened an identity which does not
/// count.
fn other(problem: &str) -> VerifyError {
    VerifyError::OtherIdentity {
        problem: format!("{problem}; nothing was changed"),
    }
}
