//! Whether a passphrase is the right one.

use core::fmt::Debug;
use std::{sync::Arc, time::Duration};

use openpass_auth::{Assertion, AuthError, BackendError, Binding, Factor};

use crate::Passphrase;

/// Says whether a passphrase is the right one.
///
/// It may take seconds and a gigabyte; [`PassphraseAuthenticator`] calls it on
/// a thread of its own. What it costs is bounded before any work is done.
///
/// [`PassphraseAuthenticator`]: crate::PassphraseAuthenticator
pub trait PassphraseVerifier: Debug + Send + Sync {
    /// Returns `Ok` only if `passphrase` is the right one, with what it was
    /// checked against.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Wrong`] when it is another; every other variant says
    /// that it could not be told. None is ever read as a yes.
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError>;

    /// Whether what the right passphrase opens can sign for its person.
    fn signs(&self) -> bool {
        false
    }

    /// As [`verify`](Self::verify), and signs the content of `binding`, if this
    /// verifier [signs](Self::signs).
    ///
    /// # Errors
    ///
    /// As `verify`.
    fn verify_and_sign(
        &self,
        passphrase: &Passphrase,
        binding: &Binding,
    ) -> Result<Verified, VerifyError> {
        let _ = binding;
        self.verify(passphrase)
    }
}

impl<V: PassphraseVerifier + ?Sized> PassphraseVerifier for Box<V> {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        (**self).verify(passphrase)
    }

    fn signs(&self) -> bool {
        (**self).signs()
    }

    fn verify_and_sign(
        &self,
        passphrase: &Passphrase,
        binding: &Binding,
    ) -> Result<Verified, VerifyError> {
        (**self).verify_and_sign(passphrase, binding)
    }
}

impl<V: PassphraseVerifier + ?Sized> PassphraseVerifier for Arc<V> {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        (**self).verify(passphrase)
    }

    fn signs(&self) -> bool {
        (**self).signs()
    }

    fn verify_and_sign(
        &self,
        passphrase: &Passphrase,
        binding: &Binding,
    ) -> Result<Verified, VerifyError> {
        (**self).verify_and_sign(passphrase, binding)
    }
}

/// The verdict that a passphrase was the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it names what the passphrase was checked against"]
pub struct Verified {
    reference: Option<String>,
    assertion: Option<Assertion>,
}

impl Verified {
    /// The passphrase was right for a reference that has no name of its own.
    pub const fn unnamed() -> Self {
        Self {
            reference: None,
            assertion: None,
        }
    }

    /// The passphrase was right for `reference`, which is public: it goes on the log.
    pub fn against(reference: impl Into<String>) -> Self {
        Self {
            reference: Some(reference.into()),
            assertion: None,
        }
    }

    /// The reference that it was checked against.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// Adds the signature of what the passphrase opened.
    pub fn signed(mut self, assertion: Assertion) -> Self {
        self.assertion = Some(assertion);
        self
    }

    pub(crate) fn into_parts(self) -> (Option<String>, Option<Assertion>) {
        (self.reference, self.assertion)
    }
}

/// The reason why a passphrase was not verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The text is not the right passphrase.
    #[error("the passphrase is wrong")]
    Wrong,
    /// The key depends on the passphrase's length only, so any other passphrase of that
    /// length would open it too (OpenPass, 16 May to 18 June 2026).
    #[error(
        "the vault's identity is not bound to its passphrase: any passphrase of the same length opens it; run the product's own `openpass auth rotate-passphrase`"
    )]
    NotBound,
    /// The passphrase opens an identity, and that identity does not count here.
    #[error("{problem}")]
    OtherIdentity {
        /// The reason why the identity does not count, and what to do. Safe to show.
        problem: String,
    },
    /// Too many passphrases were wrong, by others while this one was typed. It was not
    /// looked at.
    #[error("too many wrong passphrases")]
    LockedOut {
        /// The time to wait; `None` when it is not known.
        retry_after: Option<Duration>,
    },
    /// The passphrase cannot be counted, so it was not looked at or is no yes.
    #[error("{problem}")]
    NotCounted {
        /// The reason, and what to do. Safe to show.
        problem: String,
    },
    /// The file asks for more work than is allowed. None was done.
    #[error("{parameter} {found} is too high; at most {bound} is allowed")]
    CostTooHigh {
        /// The parameter, with its unit.
        parameter: &'static str,
        /// The value in the file.
        found: u64,
        /// The most that is allowed.
        bound: u64,
    },
    /// The file asks for so little work that the passphrase could be guessed.
    #[error("{parameter} {found} is too low; at least {bound} is required")]
    CostTooLow {
        /// The parameter, with its unit.
        parameter: &'static str,
        /// The value in the file.
        found: u64,
        /// The least that is allowed.
        bound: u64,
    },
    /// The file is of a kind that no passphrase opens, or an unknown one.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The file is damaged, or verifying it failed.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<VerifyError> for AuthError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Wrong => rejected(),
            // The passphrase guessed nothing: no attempt is counted, and none
            // is forgotten.
            VerifyError::OtherIdentity { problem } | VerifyError::NotCounted { problem } => {
                BackendError::new(problem).into()
            }
            VerifyError::LockedOut { retry_after } => Self::LockedOut { retry_after },
            other => BackendError::caused_by(
                format!("the passphrase could not be verified: {other}"),
                other,
            )
            .into(),
        }
    }
}

/// The passphrase that was given is not the right one.
pub(crate) const fn rejected() -> AuthError {
    AuthError::Rejected {
        factor: Factor::Passphrase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_wrong_passphrase_is_a_rejection() {
        assert!(matches!(
            AuthError::from(VerifyError::Wrong),
            AuthError::Rejected {
                factor: Factor::Passphrase
            }
        ));
        let not_bound = AuthError::from(VerifyError::NotBound);
        assert!(matches!(not_bound, AuthError::Backend(_)));
        assert!(
            not_bound
                .to_string()
                .contains("openpass auth rotate-passphrase")
        );
    }
}
