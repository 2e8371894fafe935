//! An answer, as it is written.

use openpass_auth::{Assertion, Factor, Proof};
use openpass_policy::SignedElsewhere;
use serde::{Deserialize, Serialize};

use super::CallAnswer;
use crate::{
    VaultError,
    hash::{hex, unhex_all},
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Answered {
    /// A signature over a JWS signing input, by an approver that there is.
    ///
    /// INVARIANT (20): it shows no key, so that no answer enrols the program that wrote it.
    Signed {
        factor: String,
        approver: String,
        at: u64,
        signature: String,
    },
    /// The signature of a security key.
    Touched {
        factor: String,
        approver: String,
        at: u64,
        authenticator_data: String,
        signature: String,
    },
    /// No.
    Denied {},
}

impl Answered {
    pub(super) fn signed(signed: &SignedElsewhere) -> Self {
        let SignedElsewhere {
            factor, assertion, ..
        } = signed;
        let (factor, approver) = (factor.as_str().to_owned(), assertion.approver().to_owned());
        let at = assertion.at();
        match assertion.proof() {
            Proof::WebAuthn {
                authenticator_data,
                signature,
            } => Self::Touched {
                factor,
                approver,
                at,
                authenticator_data: hex(authenticator_data),
                signature: hex(signature),
            },
            Proof::Jws { signature } => Self::Signed {
                factor,
                approver,
                at,
                signature: hex(signature),
            },
            // A form that this cannot write is not handed on.
            _ => Self::Denied {},
        }
    }

    pub(super) const fn denied() -> Self {
        Self::Denied {}
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec(self).map_err(|_| VaultError::NotForLater)
    }

    /// Reads an answer. What it says is verified by the guard that waits.
    pub(super) fn parse(bytes: &[u8]) -> Result<CallAnswer, String> {
        let answered: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        answered
            .read()
            .ok_or_else(|| "it is no signature".to_owned())
    }

    fn read(self) -> Option<CallAnswer> {
        let (factor, assertion) = match self {
            Self::Denied {} => return Some(CallAnswer::Denied),
            Self::Signed {
                factor,
                approver,
                at,
                signature,
            } => {
                let signature = unhex_all(signature.as_bytes())?;
                let assertion = Assertion::new(approver, at, Proof::Jws { signature });
                (factor, assertion)
            }
            Self::Touched {
                factor,
                approver,
                at,
                authenticator_data,
                signature,
            } => {
                let proof = Proof::WebAuthn {
                    authenticator_data: unhex_all(authenticator_data.as_bytes())?,
                    signature: unhex_all(signature.as_bytes())?,
                };
                (factor, Assertion::new(approver, at, proof))
            }
        };
        let factor = Factor::named(&factor)?;
        Some(CallAnswer::Signed(SignedElsewhere::new(factor, assertion)))
    }
}
