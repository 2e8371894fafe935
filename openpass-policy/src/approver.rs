//! The approver whose signature vouched for an operation, as policy sees it.

use core::fmt;

use crate::{AuthFactor, vocabulary::vocabulary};
use openpass_auth::Factor;

vocabulary! {
    /// The value of `context.authentication.approver`: what kind of approver signed
    /// that a person approved. An approver is a public key whose use takes a person.
    pub enum ApproverKind: "kind of approver" {
        /// Nothing is signed: nobody but the guard could check the answer.
        None = "none",
        /// A key that is derived from the identity which the passphrase opens.
        Passphrase = "passphrase",
        /// A key in the Secure Enclave, which a finger or a face lets sign.
        Enclave = "enclave",
        /// A security key.
        SecurityKey = "security-key",
        /// Another device of the person's.
        Device = "device",
    }
}

impl ApproverKind {
    /// The kind of approver whose signature goes with `factor`; `none` for a factor
    /// that signs nothing.
    #[must_use]
    pub const fn of(factor: AuthFactor) -> Self {
        match factor {
            AuthFactor::Passphrase => Self::Passphrase,
            AuthFactor::Biometry => Self::Enclave,
            AuthFactor::SecurityKey => Self::SecurityKey,
            AuthFactor::Device => Self::Device,
            AuthFactor::None
            | AuthFactor::Confirm
            | AuthFactor::Waived
            | AuthFactor::OneTimeCode
            | AuthFactor::SystemLogin => Self::None,
        }
    }
}

/// An authentication that vouches for an operation: a factor, and whether an approver
/// signed for it.
///
/// Only the guard brings a signed one into a decision that counts: it has verified the
/// signature.
///
/// INVARIANT: the approver is `none` or of the factor's own kind, since nothing else
/// makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Authentication {
    factor: AuthFactor,
    approver: ApproverKind,
}

impl Authentication {
    /// Returns an authentication by `factor`, with no signature.
    #[must_use]
    pub const fn unsigned(factor: AuthFactor) -> Self {
        Self {
            factor,
            approver: ApproverKind::None,
        }
    }

    /// Returns an authentication by `factor`, with the signature of an approver of its
    /// kind. A factor that has no kind of approver stays unsigned.
    #[must_use]
    pub const fn signed(factor: AuthFactor) -> Self {
        Self {
            factor,
            approver: ApproverKind::of(factor),
        }
    }

    /// The factor.
    #[must_use]
    pub const fn factor(self) -> AuthFactor {
        self.factor
    }

    /// The kind of the approver that signed; `none` where none did.
    #[must_use]
    pub const fn approver(self) -> ApproverKind {
        self.approver
    }

    /// Whether an approver signed.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        !matches!(self.approver, ApproverKind::None)
    }

    /// Returns every authentication that there can be: each factor unsigned, and then
    /// signed where there is a kind of approver for the factor.
    pub fn all() -> impl Iterator<Item = Self> {
        AuthFactor::ALL.into_iter().flat_map(|factor| {
            let signed = Some(Self::signed(factor)).filter(|it| it.is_signed());
            core::iter::once(Self::unsigned(factor)).chain(signed)
        })
    }
}

impl From<AuthFactor> for Authentication {
    fn from(factor: AuthFactor) -> Self {
        Self::unsigned(factor)
    }
}

impl From<Factor> for Authentication {
    fn from(factor: Factor) -> Self {
        Self::unsigned(factor.into())
    }
}

impl fmt::Display for Authentication {
    /// Such as `passphrase`, or `signed passphrase`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_signed() {
            true => f.pad(&format!("signed {}", self.factor)),
            false => f.pad(self.factor.as_str()),
        }
    }
}
