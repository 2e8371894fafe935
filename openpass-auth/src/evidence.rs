//! Proof that one challenge was answered.

use crate::{Assertion, Challenge, ChallengeId, Factor};

/// Proof that one challenge was answered, and by which factor.
///
/// It is neither `Clone` nor `Copy`: a function that takes it by value uses it
/// up. It answers the challenge it was made for and no other, and says nothing
/// about time: the caller checks the deadline when the evidence arrives.
#[derive(Debug)]
#[must_use = "evidence counts only when it is checked against its challenge"]
pub struct Evidence {
    challenge: ChallengeId,
    factor: Factor,
    authenticator: Option<&'static str>,
    reference: Option<String>,
    signature: Option<Assertion>,
}

impl Evidence {
    /// States that `factor` was just verified in answer to `challenge`.
    ///
    /// This is the one place where evidence begins, so that a reviewer can
    /// search for it. Call it only after the verifier or the operating system
    /// said yes to this very challenge.
    pub const fn assertion(challenge: &Challenge, factor: Factor) -> Self {
        Self {
            challenge: challenge.id(),
            factor,
            authenticator: None,
            reference: None,
            signature: None,
        }
    }

    /// Names what the proof was checked against, such as the public key of the
    /// identity that a passphrase opened. It is public: it goes on the log.
    ///
    /// A store that knows which reference counts compares the two before it
    /// commits. The text comes from the authenticator as it is; escape it
    /// before you show it.
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The reference that the proof was checked against, if the authenticator
    /// names it.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// Adds an approver's signature over what the challenge is about
    /// ([`Challenge::binding_for`]).
    ///
    /// The receiver of the evidence verifies it, and never its giver. One that does
    /// not hold makes the whole evidence worth nothing.
    pub fn signed(mut self, assertion: Assertion) -> Self {
        self.signature = Some(assertion);
        self
    }

    /// The approver's signature, if there is one. Nobody has verified it yet.
    #[must_use]
    pub const fn signature(&self) -> Option<&Assertion> {
        self.signature.as_ref()
    }

    /// Whether this evidence was made for `challenge`.
    #[must_use]
    pub fn answers(&self, challenge: &Challenge) -> bool {
        self.challenge == challenge.id()
    }

    /// The factor that was verified.
    #[must_use]
    pub const fn factor(&self) -> Factor {
        self.factor
    }

    /// The name of the authenticator that was asked, once a combinator has
    /// noted it.
    #[must_use]
    pub const fn authenticator(&self) -> Option<&'static str> {
        self.authenticator
    }

    /// Notes who was asked. The first note stays: it is the innermost one's.
    pub(crate) fn noted(mut self, authenticator: &'static str) -> Self {
        self.authenticator.get_or_insert(authenticator);
        self
    }
}
