//! The approvers whose signatures count, and the verification of a signature.

use std::collections::BTreeMap;

use openpass_auth::{Assertion, Binding, Factor, FactorSet, Proof};

use crate::{Approval, Approver, PublicKey, Signature, Statement, TouchError, webauthn};

/// The approvers of one place.
///
/// ```
/// use openpass_approval::{Approvers, SeededKey};
/// use openpass_auth::{Binding, Factor};
///
/// let scope = [7; 16];
/// let key = SeededKey::from_seed([1; 32]);
/// let approvers = Approvers::of(scope).enrolling(Factor::Passphrase);
///
/// let binding = Binding::new([2; 32], [3; 32]).within(scope);
/// let assertion = key.sign(&binding, Factor::Passphrase, 1_795_802_400).unwrap();
/// let approval = approvers.verify(&binding, Factor::Passphrase, &assertion)?;
/// assert_eq!(approval.enrolled().map(|it| it.id()), Some(key.public().id()));
/// # Ok::<(), openpass_approval::AssertionError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Approvers {
    scope: Option<[u8; 16]>,
    all: Vec<Approver>,
    enrolling: FactorSet,
    counters: BTreeMap<String, u32>,
}

/// The reason why an assertion does not count. Each is as a broken authenticator's
/// answer is: refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssertionError {
    /// The assertion signs for another place, or for none.
    #[error("nothing is signed here, or it was signed for another place")]
    OtherScope,
    /// No approver has the key.
    #[error("the key that signed belongs to no approver")]
    NotAnApprover,
    /// The approver is of another kind than what was proved.
    #[error("the approver is of another kind than the factor that was given")]
    OtherKind,
    /// The assertion has another form than an approver of this kind signs in.
    #[error("the signature has another form than such an approver's")]
    OtherForm,
    /// The signature does not hold over what was asked.
    #[error("the signature does not hold over what was asked")]
    Signature,
    /// The reason why a security key's assertion does not count.
    #[error("the security key's signature does not count: {0}")]
    Touch(#[from] TouchError),
}

impl Approvers {
    /// No approver yet, of the place with this id.
    #[must_use]
    pub fn of(scope: [u8; 16]) -> Self {
        Self {
            scope: Some(scope),
            ..Self::default()
        }
    }

    /// With `approver`. A key that is there already stays what it is: of two kinds for
    /// one key, the first counts.
    #[must_use]
    pub fn with(mut self, approver: Approver) -> Self {
        if !self.all.iter().any(|it| it.key() == approver.key()) {
            self.all.push(approver);
        }
        self
    }

    /// Takes a key that nobody knows yet, and that shows itself, for an approver of
    /// `factor` from now on. For the first one of a place, after the caller has told
    /// the person; [`Approval::enrolled`] says which it was. Where an approver of that
    /// factor is there already, no other one is taken.
    #[must_use]
    pub fn enrolling(mut self, factor: Factor) -> Self {
        // What a security key or an enclave enrols shows more than a key.
        if factor == Factor::Passphrase {
            self.enrolling = self.enrolling.with(factor);
        }
        self
    }

    /// Says which counter the security key of this id had last.
    #[must_use]
    pub fn having_counted(mut self, approver: impl Into<String>, counter: u32) -> Self {
        self.counters.insert(approver.into(), counter);
        self
    }

    /// Whether a key that nobody knows yet would be taken for `factor`.
    #[must_use]
    pub const fn enrols(&self, factor: Factor) -> bool {
        self.enrolling.contains(factor)
    }

    /// The place's id.
    #[must_use]
    pub const fn scope(&self) -> Option<&[u8; 16]> {
        self.scope.as_ref()
    }

    /// Every approver.
    #[must_use]
    pub fn all(&self) -> &[Approver] {
        &self.all
    }

    /// The factors for which a signature can count.
    #[must_use]
    pub fn factors(&self) -> FactorSet {
        let known: FactorSet = self.all.iter().map(Approver::factor).collect();
        match self.scope {
            Some(_) => known.union(self.enrolling),
            None => FactorSet::EMPTY,
        }
    }

    /// Verifies `assertion` over what `binding` is about, for a person who confirmed
    /// their presence by `factor`.
    ///
    /// INVARIANT (what is verified is what was asked): the statement is built here, from
    /// the binding of the challenge; nothing that the asserting side wrote is read but
    /// its time.
    ///
    /// # Errors
    ///
    /// [`AssertionError`].
    pub fn verify(
        &self,
        binding: &Binding,
        factor: Factor,
        assertion: &Assertion,
    ) -> Result<Approval, AssertionError> {
        if self.scope.is_none() || binding.scope() != self.scope.as_ref() {
            return Err(AssertionError::OtherScope);
        }
        let known = self
            .all
            .iter()
            .find(|it| it.key().has_id(assertion.approver()));
        let (approver, is_new) = match known {
            Some(known) => (known.clone(), false),
            None => (self.newcomer(factor, assertion)?, true),
        };
        if approver.factor() != factor {
            return Err(AssertionError::OtherKind);
        }
        let statement = Statement::approving(binding, factor, &approver.id(), assertion.at());
        let statement = statement.ok_or(AssertionError::OtherScope)?;
        let (signature, counter) = self.check(&statement, &approver, assertion.proof())?;
        Ok(Approval::verified(
            statement, signature, approver, is_new, counter,
        ))
    }

    /// The approver that a key which shows itself becomes.
    fn newcomer(&self, factor: Factor, assertion: &Assertion) -> Result<Approver, AssertionError> {
        let not_one = AssertionError::NotAnApprover;
        // INVARIANT (enrolling replaces nobody): else whoever has another passphrase's
        // key would be an approver beside the one that is there.
        let is_there = self.all.iter().any(|it| it.factor() == factor);
        if is_there || !self.enrolling.contains(factor) {
            return Err(not_one);
        }
        let key = assertion.presented().ok_or(not_one)?;
        let key = PublicKey::ed25519(key).map_err(|_| not_one)?;
        if !key.has_id(assertion.approver()) {
            return Err(not_one);
        }
        Approver::new(factor, key, "", "", None).map_err(|_| not_one)
    }

    fn check(
        &self,
        statement: &Statement,
        approver: &Approver,
        proof: &Proof,
    ) -> Result<(Signature, Option<u32>), AssertionError> {
        let is_touched = approver.factor() == Factor::SecurityKey;
        match proof {
            Proof::Jws { signature } if !is_touched => {
                let bytes = signature.as_slice().try_into();
                let bytes = bytes.map_err(|_| AssertionError::Signature)?;
                let signature = Signature::jws(statement, approver.key(), bytes);
                Ok((signature.ok_or(AssertionError::Signature)?, None))
            }
            Proof::WebAuthn {
                authenticator_data,
                signature,
            } if is_touched => {
                let id = approver.id();
                let last = self.counters.get(id.as_str()).copied().unwrap_or_default();
                let (data, key) = (authenticator_data.as_slice(), approver.key());
                let counter = webauthn::verify(statement, key, data, signature, last)?;
                Ok((Signature::webauthn(data, signature), Some(counter)))
            }
            _ => Err(AssertionError::OtherForm),
        }
    }
}
