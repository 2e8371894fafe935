//! Approvals: those that were verified, and those that somebody wrote down.

use serde::{Deserialize, Serialize};

use crate::{
    Approver, PublicKey, Statement, StatementError, TouchError, Verdict, hex, jws, statement,
    strict::{self, Object},
    webauthn,
};

/// An approver's signature in the form that a log keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The signature, in base64url.
    signature: String,
    /// The authenticator data of a security key, in base64url.
    authenticator_data: Option<String>,
}

/// The longest text of a recorded approval, in characters.
const MAX_TEXT: usize = 128;
/// The longest recorded approval that is read, in bytes. Each has about 800.
const MAX_BYTES: usize = 2048;

impl Signature {
    /// The signature, if it is `key`'s over `statement`.
    pub(crate) fn jws(statement: &Statement, key: &PublicKey, bytes: &[u8; 64]) -> Option<Self> {
        let input = jws::signing_input(statement, key);
        key.verifies(input.as_bytes(), bytes).then(|| Self {
            signature: hex::base64url(bytes),
            authenticator_data: None,
        })
    }

    pub(crate) fn webauthn(data: &[u8], signature: &[u8]) -> Self {
        Self {
            signature: hex::base64url(signature),
            authenticator_data: Some(hex::base64url(data)),
        }
    }
}

/// One approval whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    statement: Statement,
    signature: Signature,
    approver: Approver,
    is_new: bool,
    counter: Option<u32>,
}

impl Approval {
    pub(crate) const fn verified(
        statement: Statement,
        signature: Signature,
        approver: Approver,
        is_new: bool,
        counter: Option<u32>,
    ) -> Self {
        Self {
            statement,
            signature,
            approver,
            is_new,
            counter,
        }
    }

    /// The statement that was signed.
    #[must_use]
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The approver that signed.
    #[must_use]
    pub const fn approver(&self) -> &Approver {
        &self.approver
    }

    /// The approver that signed, if it is an approver from now on and was none
    /// before.
    #[must_use]
    pub fn enrolled(&self) -> Option<&Approver> {
        self.is_new.then_some(&self.approver)
    }

    /// The security key's counter, if it was one.
    #[must_use]
    pub const fn counter(&self) -> Option<u32> {
        self.counter
    }

    /// The part of the approval that a log keeps.
    #[must_use]
    pub fn record(&self) -> Recorded {
        Recorded(Members {
            statement: self.statement.to_string(),
            signature: self.signature.signature.clone(),
            authenticator_data: self.signature.authenticator_data.clone(),
        })
    }
}

/// An approval as a log keeps it: nobody has verified it since.
///
/// As JSON it is an object with the members `statement`, the canonical text of one,
/// `signature`, and for a security key `authenticatorData`, both in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Object<Members>")]
pub struct Recorded(Members);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Members {
    #[serde(deserialize_with = "strict::text::<_, { statement::MAX_BYTES }>")]
    statement: String,
    #[serde(deserialize_with = "strict::text::<_, MAX_TEXT>")]
    signature: String,
    #[serde(
        default,
        deserialize_with = "strict::some_text::<_, MAX_TEXT>",
        skip_serializing_if = "Option::is_none"
    )]
    authenticator_data: Option<String>,
}

impl From<Object<Members>> for Recorded {
    fn from(Object(members): Object<Members>) -> Self {
        Self(members)
    }
}

/// The reason why an approval that was written down does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The text is longer than recorded approvals are.
    #[error("the approval is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// The text is not a JSON object with the members of an approval.
    #[error("it is not a JSON object with a statement, a signature and nothing unknown")]
    NotOne,
    /// The text that was signed is no statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A refusal was signed: the opposite of an approval.
    #[error("a refusal was signed, not an approval")]
    Refused,
    /// The approver's key is not among those that were given.
    #[error("the key of the approver is not among those that were given")]
    UnknownKey,
    /// The parts of the approval are not written as they must be.
    #[error("its signature does not have the right form")]
    Form,
    /// The approver is of another kind than the statement says.
    #[error("the approver is of another kind than the statement says")]
    OtherKind,
    /// The signature is not the approver's.
    #[error("the signature does not hold")]
    Signature,
    /// The reason why a security key's approval does not hold.
    #[error(transparent)]
    Touch(#[from] TouchError),
}

impl Recorded {
    /// Reads an approval that somebody else wrote down. Nothing of it is verified.
    ///
    /// # Errors
    ///
    /// [`RecordError::TooLong`], before anything else is done with the text, or
    /// [`RecordError::NotOne`].
    pub fn read(json: &[u8]) -> Result<Self, RecordError> {
        if json.len() > MAX_BYTES {
            return Err(RecordError::TooLong);
        }
        serde_json::from_slice(json).map_err(|_| RecordError::NotOne)
    }

    /// The statement, if the text has the form of one.
    ///
    /// # Errors
    ///
    /// [`StatementError`].
    pub fn statement(&self) -> Result<Statement, StatementError> {
        Statement::read(self.0.statement.as_bytes())
    }

    /// Returns the approver and the counter that the approval names, if a security key
    /// signed it. Nobody has verified them here.
    #[must_use]
    pub fn counter(&self) -> Option<(String, u32)> {
        let data = self.0.authenticator_data.as_ref()?;
        let data = hex::from_base64url(data, MAX_TEXT)?;
        let counter = webauthn::counter(&data)?;
        Some((self.statement().ok()?.approver().to_owned(), counter))
    }

    /// Verifies the approval by the keys of `approvers` and nothing else, as any
    /// stranger can.
    ///
    /// A yes says nothing of what was done then. The caller has to compare the
    /// statement's digest and scope with what stands beside the approval, and has to
    /// see that no nonce serves a second time.
    ///
    /// # Errors
    ///
    /// [`RecordError`].
    pub fn verify(&self, approvers: &[Approver]) -> Result<Approval, RecordError> {
        let statement = self.statement()?;
        if statement.decision() != Verdict::Approve {
            return Err(RecordError::Refused);
        }
        let id = statement.approver();
        let approver = approvers.iter().find(|it| it.key().has_id(id));
        let approver = approver.ok_or(RecordError::UnknownKey)?;
        if approver.factor().as_str() != statement.factor() {
            return Err(RecordError::OtherKind);
        }
        let counter = self.holds(&statement, approver)?;
        let signature = Signature {
            signature: self.0.signature.clone(),
            authenticator_data: self.0.authenticator_data.clone(),
        };
        let approver = approver.clone();
        Ok(Approval::verified(
            statement, signature, approver, false, counter,
        ))
    }

    fn holds(
        &self,
        statement: &Statement,
        approver: &Approver,
    ) -> Result<Option<u32>, RecordError> {
        let bytes = |text: &str| hex::from_base64url(text, MAX_TEXT).ok_or(RecordError::Form);
        let signature = bytes(&self.0.signature)?;
        let is_touched = approver.credential().is_some();
        match &self.0.authenticator_data {
            Some(data) if is_touched => {
                let data = bytes(data)?;
                let key = approver.key();
                // How the counter went is told by the lines in their order.
                let counter = webauthn::verify(statement, key, &data, &signature, 0)?;
                Ok(Some(counter))
            }
            None if !is_touched => {
                let signature = signature.as_slice().try_into();
                let signature = signature.map_err(|_| RecordError::Form)?;
                let holds = Signature::jws(statement, approver.key(), signature);
                holds.map(|_| None).ok_or(RecordError::Signature)
            }
            _ => Err(RecordError::Form),
        }
    }
}

impl Approval {
    /// The approval as a compact JWS (RFC 7515 §7.1), which any JOSE library verifies
    /// by the approver's JWK. `None` if a security key signed it.
    #[must_use]
    pub fn to_jws(&self) -> Option<String> {
        if self.signature.authenticator_data.is_some() {
            return None;
        }
        let signature = hex::from_base64url(&self.signature.signature, MAX_TEXT)?;
        Some(jws::compact(
            &self.statement,
            self.approver.key(),
            &signature,
        ))
    }

    /// The approval of a security key as the JSON that relying parties take (Web
    /// Authentication Level 3 §5.1.1, `AuthenticationResponseJSON`). `None` for any
    /// other.
    #[must_use]
    pub fn to_webauthn(&self) -> Option<String> {
        let data = self.signature.authenticator_data.as_ref()?;
        let credential = self.approver.credential()?;
        let signature = &self.signature.signature;
        webauthn::response(&self.statement, credential, data, signature)
    }
}
