//! An identity that a passphrase has just opened, as far as others may see it.

use core::{fmt, fmt::Debug, iter};
use std::io::{BufReader, Read};

use super::{SecretKey, key};
use crate::{Verified, VerifyError};

/// Says whether an identity that a passphrase opened is the one that counts.
///
/// It is asked after the passphrase opened the identity and before anybody is
/// told so, on the verifier's own thread.
pub trait IdentityCheck: Debug + Send + Sync {
    /// Returns `Ok` only if `opened` counts, with the reference that the log
    /// is to name.
    ///
    /// # Errors
    ///
    /// [`VerifyError::OtherIdentity`] when it is not the one, or whatever kept
    /// that from being told. None is ever read as a yes.
    fn check(&self, opened: &OpenedIdentity) -> Result<Verified, VerifyError>;
}

/// An opened identity that gives nothing of its secret key away: its public
/// key, and whether it opens a file.
pub struct OpenedIdentity {
    identity: age::x25519::Identity,
}

impl OpenedIdentity {
    pub(super) fn of(key: &SecretKey) -> Result<Self, VerifyError> {
        Ok(Self {
            identity: key::parse(key.expose())?,
        })
    }

    /// The public key of the identity, `age1…`.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Whether it opens the age file that `file` reads. Only the header is
    /// read; nothing of the content is decrypted.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Broken`] when the file cannot be read to the end of its
    /// header, or is no age file, or a damaged one.
    pub fn opens(&self, file: impl Read) -> Result<bool, VerifyError> {
        let identity: &dyn age::Identity = &self.identity;
        let opened = age::Decryptor::new_buffered(BufReader::new(file))
            .and_then(|file| file.decrypt(iter::once(identity)).map(drop));
        match opened {
            Ok(()) => Ok(true),
            Err(age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed) => {
                Ok(false)
            }
            Err(_) => Err(VerifyError::Broken(
                "it is not an age file, or its header is damaged",
            )),
        }
    }
}

impl fmt::Debug for OpenedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedIdentity").finish_non_exhaustive()
    }
}

/// Takes every identity that opens: for a host that has no other reference.
#[derive(Debug)]
pub(super) struct AnyIdentity;

impl IdentityCheck for AnyIdentity {
    fn check(&self, opened: &OpenedIdentity) -> Result<Verified, VerifyError> {
        Ok(Verified::against(opened.recipient()))
    }
}
